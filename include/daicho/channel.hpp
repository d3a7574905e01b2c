#pragma once

/// The secure channel between machines, without I/O: what each side says and checks.
#include <daicho/channel/framing.hpp>
#include <daicho/channel/hkdf.hpp>
#include <daicho/channel/message.hpp>
#include <daicho/channel/party.hpp>
#include <daicho/channel/rsa.hpp>
#include <daicho/channel/rsa_channel.hpp>
#include <daicho/channel/rsa_client.hpp>
#include <daicho/channel/rsa_server.hpp>
#include <daicho/channel/session.hpp>
