#pragma once

/// Signature schemes: what all backends of one scheme share, and schemes made of schemes. A backend is chosen by its own header,
/// for instance daicho/cryptopp/ed25519.hpp.
#include <daicho/concept/signature_scheme.hpp>
#include <daicho/signature/compose.hpp>
#include <daicho/signature/ecdsa_p256.hpp>
#include <daicho/signature/ed25519.hpp>
#include <daicho/signature/rsa_pkcs1.hpp>
#include <daicho/signature/rsa_pss.hpp>
