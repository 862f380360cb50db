//! A day on the floor, natively: nothing unserved, capacity never broken, and what routing gives.

use crate::sqlite::{Sqlite, audit};
use heard::lab::day::{Plan, Told, simulate};

fn day(plan: &Plan) -> Told {
    let (queue, floor) = (Sqlite::new(), Sqlite::new());
    let told = simulate(plan, &queue, &floor).unwrap();
    audit(&queue).unwrap();
    told
}

/// 160 agents in three centres, 10,000 posts with two storms. Who holds what is recounted every five minutes
/// of the day, by the simulation itself.
#[test]
#[ignore = "many minutes unoptimised; `heard simulate day` is the same day at full speed"]
fn a_day_leaves_nothing_unserved_and_breaks_nobodys_capacity() {
    let told = day(&Plan::HEARD);
    assert_eq!(told.posts, 10_000);
    assert_eq!((told.left, told.broken), (0, 0), "{told:?}");
    assert!(told.most_over <= 1, "one emergency goes past it");
    assert!(told.returned > 500, "{}", told.returned);
}

/// On a smaller day of the same shape: capacity holds but for one emergency, who comes back finds the same agent more
/// often for affinity, and skills keep work from those who lack them.
#[test]
fn affinity_and_skills_do_what_they_are_there_for() {
    let shipped = Plan {
        posts: 700,
        agents: 20,
        ..Plan::HEARD
    };
    let whole = day(&shipped);
    assert_eq!((whole.broken, whole.most_over), (0, 1), "{whole:?}");
    let strangers = day(&Plan {
        affinity: 0,
        ..shipped
    });
    assert!(
        whole.same_agent > strangers.same_agent,
        "{} {}",
        whole.same_agent,
        strangers.same_agent
    );
    let anybody = day(&Plan {
        skills: false,
        ..shipped
    });
    assert!(
        whole.unskilled < anybody.unskilled,
        "{} {}",
        whole.unskilled,
        anybody.unskilled
    );
}
