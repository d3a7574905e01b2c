#pragma once

/// Names of the records, for headers that only pass them on.
namespace daicho {

struct check_result;
struct release;
struct header;
struct version_check;
struct seal_statement;
struct command_body;
struct status;
struct page;
struct transaction_batch;
struct batch_answer;
struct device_standing;
struct model_proof;
struct standing_proof;
struct behind_proof;
struct device_answer;
struct behind_answer;
struct adoption;
template <class Scheme> struct signed_release;
template <class Scheme> struct enrolment;
template <class Scheme> struct equivocation;
template <class Scheme> struct transaction_body;
template <class Scheme> struct transaction;
template <class Scheme> struct found_transactions;
template <class Scheme> struct shown_credential;
template <class Scheme> struct genesis;
template <class Scheme> struct command;
template <class Proof> struct sealed_header;
template <class Scheme, class Proof> struct block;
template <class Scheme, class Proof> struct fleet_statement;

} // namespace daicho
