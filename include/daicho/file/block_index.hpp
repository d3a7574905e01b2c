#pragma once

#include <daicho/file/crc32c.hpp>
#include <daicho/memory/pending_order.hpp>

#include <map>
#include <string>

namespace daicho::file {

/// Where the bytes of one block, transaction or cell lie in a log: 16 bytes of memory for each of them.
struct place {
    std::uint64_t offset = 0;
    std::uint32_t size = 0;
    std::uint32_t sum = 0;

    /// What it costs in the file, with a generous share of the frames around it.
    std::uint64_t cost() const noexcept { return offset == 0 ? 0 : size + std::uint64_t(64); }
};

/// Places of everything that a log's batches left standing. Replaying all batches rebuilds it.
class block_index {
public:
    /// Applies one batch that lies at `offset`; give it to replay_batch.
    auto at(std::uint64_t offset, byte_view payload) {
        struct batch {
            block_index& index;
            std::uint64_t offset;
            byte const* start;

            place of(byte_view b) {
                place const p{offset + std::uint64_t(b.data() - start), std::uint32_t(b.size()), crc32c(b)};
                index.live_ += p.cost();
                return p;
            }
            void keep(std::uint64_t height) {
                while (index.blocks.size() > height) {
                    index.live_ -= index.blocks.back().cost();
                    index.blocks.pop_back();
                }
            }
            void block(byte_view b) { index.blocks.push_back(of(b)); }
            void add(digest const& id, byte_view b) {
                index.pending.add(id, of(b), [&](place old) { index.live_ -= old.cost(); });
            }
            void drop(digest const& id) {
                index.pending.drop(id, [&](place old) { index.live_ -= old.cost(); });
            }
            void cell(std::string_view name, byte_view b) {
                auto& p = index.cells[std::string(name)];
                index.live_ -= p.cost();
                p = of(b);
            }
        };
        return batch{*this, offset, payload.data()};
    }

    std::vector<place> blocks;
    memory::pending_order<place> pending;
    std::map<std::string, place, std::less<>> cells;

    /// Bytes that are still needed.
    std::uint64_t live() const noexcept { return live_; }

private:
    std::uint64_t live_ = 0;
};

} // namespace daicho::file
