#pragma once

/// The texts and files of transparency logs (C2SP), byte for byte.
#include <daicho/tlog/add_checkpoint.hpp>
#include <daicho/tlog/checkpoint.hpp>
#include <daicho/tlog/cosignature.hpp>
#include <daicho/tlog/entry_bundle.hpp>
#include <daicho/tlog/note.hpp>
#include <daicho/tlog/note_key.hpp>
#include <daicho/tlog/tile.hpp>
