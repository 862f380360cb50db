//! One binary for every integration test.

// A test that finds what it did not expect stops.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod access;
mod accounts;
mod adapter;
mod arc;
mod carry;
mod customers;
mod day;
mod docs;
mod e2e_agents;
mod e2e_books;
mod e2e_browser;
mod e2e_carry;
mod e2e_console;
mod e2e_contract;
mod e2e_coverage;
mod e2e_credentials;
mod e2e_customers;
mod e2e_day;
mod e2e_duty;
mod e2e_events;
mod e2e_floor;
mod e2e_guards;
mod e2e_health;
mod e2e_incidents;
mod e2e_intake;
mod e2e_kill;
mod e2e_listening;
mod e2e_lists;
mod e2e_main;
mod e2e_outbox;
mod e2e_panic;
mod e2e_platforms;
mod e2e_private;
mod e2e_schemathesis;
mod e2e_shards;
mod e2e_soak;
mod e2e_survey;
mod e2e_versions;
mod e2e_waiting;
mod floor;
mod frozen;
mod fuzz;
mod golive;
mod imports;
mod intake;
mod live;
mod metrics;
mod model;
mod outbox_schedules;
mod papers;
mod payloads;
mod praise;
mod profiles;
mod pulse;
mod queue;
mod replies;
mod report;
mod retask;
mod rig;
mod samples;
mod shards;
mod signatures;
mod sqlite;
mod tls;
mod tokens;
mod waiting;
