#pragma once

#include <daicho/record/block.hpp>
#include <daicho/record/command.hpp>
#include <daicho/record/credential.hpp>
#include <daicho/record/commitments.hpp>
#include <daicho/record/enrolment.hpp>
#include <daicho/record/genesis.hpp>
#include <daicho/record/identity.hpp>
#include <daicho/record/message.hpp>
#include <daicho/record/page.hpp>
#include <daicho/record/proof.hpp>
#include <daicho/record/release.hpp>
#include <daicho/record/state.hpp>
#include <daicho/record/transaction.hpp>
#include <daicho/record/upload.hpp>
