//! What must hold of every text and every question, and that both engines say the same.

use super::terms::{Wanted, of_text};
use super::{Audience, Document, Words, find, put};
use crate::platform::db::{Db, testing::each_engine};
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestRunner;

/// Texts as people write them: both scripts, marks, digits, and what an engine could take for an operator.
const LETTERS: &str = "[abA1ปัำน้๑ -._'\"*()&|!:é\u{301}]{0,14}";

fn has(terms: &std::collections::BTreeSet<String>, wanted: &Wanted) -> bool {
    match wanted {
        Wanted::Whole(term) => terms.contains(term),
        Wanted::Begins(start) => terms.iter().any(|term| term.starts_with(start)),
    }
}

fn audience(tenant_id: &str, part: &str) -> Audience {
    Audience { tenant_id: tenant_id.to_owned(), part: part.to_owned() }
}

async fn written(db: &Db, id: &str, documents: &[(&str, &str, &str)]) -> bool {
    let documents: Vec<Document> = documents
        .iter()
        .map(|(tenant, part, text)| Document { audience: audience(tenant, part), text: (*text).to_owned() })
        .collect();
    let mut tx = db.write().await.unwrap();
    let changed = put(&mut tx, "thing", id, &documents).await.unwrap();
    tx.commit().await.unwrap();
    changed
}

async fn found(db: &Db, tenant: &str, part: &str, question: &str) -> Vec<String> {
    let Some(words) = Words::of(question) else { return Vec::new() };
    let mut tx = db.read().await.unwrap();
    find(&mut tx, "thing", &[audience(tenant, part)], &words, 100).await.unwrap()
}

proptest! {
    #[test]
    fn what_answers_is_found_by_its_terms(text in LETTERS, question in LETTERS) {
        let Some(words) = Words::of(&question) else { return Ok(()) };
        if words.rank(&text, &[]).is_some() {
            let terms = of_text(&text);
            for wanted in words.wanted() {
                prop_assert!(has(&terms, &wanted), "{wanted:?} of {question:?} is no term of {text:?}: {terms:?}");
            }
        }
    }

    #[test]
    fn terms_are_letters_and_digits_whatever_was_written(text in any::<String>()) {
        let plain = |term: &String| !term.is_empty() && term.bytes().all(|b| b.is_ascii_alphanumeric());
        prop_assert!(of_text(&text).iter().all(plain));
        if let Some(words) = Words::of(&text) {
            prop_assert!(!words.wanted().is_empty());
            let term = |wanted: Wanted| match wanted { Wanted::Whole(term) | Wanted::Begins(term) => term };
            prop_assert!(words.wanted().into_iter().map(term).all(|term| plain(&term)));
            prop_assert_eq!(words.pieces(&text).into_iter().map(|(piece, _)| piece).collect::<String>(), text);
        }
    }
}

#[tokio::test]
async fn both_engines_find_the_same_and_never_read_a_question_as_a_command() {
    let texts = [
        ("t-1", "Pump 3, boiler house"),
        ("t-2", "ปั๊มน้ำโรงงาน 12"),
        ("t-3", "DL-2 pump_3 quote NEAR deal"),
        ("t-4", "O'Brien \"special\" AND co"),
        ("t-5", "น้ำดื่ม pumphouse"),
    ];
    let questions = [
        ("pump", "t-1 t-3 t-5"),
        ("pump 3", "t-1 t-3"),
        ("PUMP hous", "t-1"),
        ("น้ำ", "t-2 t-5"),
        ("โรงงาน 1", "t-2"),
        ("ป", "t-2"),
        ("dl-2", "t-3"),
        ("o'b", "t-4"),
        ("AND", "t-4"),
        ("OR", ""),
        ("NEAR(", "t-3"),
        ("pump OR quote", ""),
        ("pump*", "t-1 t-3 t-5"),
        ("\"pump", "t-1 t-3 t-5"),
        ("terms:pump", ""),
        ("pump & | ! :*", "t-1 t-3 t-5"),
        ("'; DROP TABLE search_document", ""),
        ("_thing_own_us", ""),
    ];
    let dir = tempfile::tempdir().unwrap();
    for (engine, db) in each_engine(dir.path(), "search_engines").await.unwrap() {
        for (id, text) in texts {
            assert!(written(&db, id, &[("us", "own", text)]).await, "{engine}");
            assert!(!written(&db, id, &[("us", "own", text)]).await, "{engine}: {id} was written twice");
        }
        for (question, expected) in questions {
            let ids = found(&db, "us", "own", question).await;
            assert_eq!(ids.join(" "), expected, "{engine}: {question}");
            let answers: Vec<&str> = texts
                .iter()
                .filter(|(_, text)| Words::of(question).is_some_and(|words| words.rank(text, &[]).is_some()))
                .map(|(id, _)| *id)
                .collect();
            assert!(
                answers.iter().all(|id| ids.iter().any(|of| of == id)),
                "{engine}: {question}: {answers:?}"
            );
        }
        db.close().await;
    }
}

#[tokio::test]
async fn a_document_is_found_under_its_audience_only_and_no_more_once_it_changed() {
    let dir = tempfile::tempdir().unwrap();
    for (engine, db) in each_engine(dir.path(), "search_audience").await.unwrap() {
        let both = [("us", "own", "pump secret"), ("us", "handled", "pump")];
        assert!(written(&db, "t-1", &both).await);
        assert_eq!(found(&db, "us", "own", "secret").await, ["t-1"], "{engine}");
        assert_eq!(found(&db, "us", "handled", "pump").await, ["t-1"], "{engine}");
        for (tenant, part, question) in [
            ("us", "handled", "secret"),
            ("them", "own", "pump"),
            ("u", "own", "pump"),
            ("us", "ow", "pump"),
            ("us own", "", "pump"),
        ] {
            assert!(
                found(&db, tenant, part, question).await.is_empty(),
                "{engine}: {tenant} {part} {question}"
            );
        }
        assert!(written(&db, "t-1", &[("us", "own", "valve")]).await);
        assert!(found(&db, "us", "own", "pump").await.is_empty(), "{engine}");
        assert!(found(&db, "us", "handled", "pump").await.is_empty(), "{engine}");
        assert!(written(&db, "t-1", &[]).await);
        assert!(found(&db, "us", "own", "valve").await.is_empty(), "{engine}");
        db.close().await;
    }
}

/// Anything at all, asked of the engines themselves: never an error, and what answers is found.
#[test]
fn no_question_breaks_an_engine() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let engines = runtime.block_on(each_engine(dir.path(), "search_any")).unwrap();
    let question = prop_oneof![LETTERS.boxed(), any::<String>().boxed()];
    let cases = (proptest::collection::vec(LETTERS, 1..6), proptest::collection::vec(question, 1..12));
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() });
    let tried = runner.run(&cases, |(texts, questions)| {
        runtime.block_on(async {
            for (engine, db) in &engines {
                for at in 0..6 {
                    let text = texts.get(at).map_or("", String::as_str);
                    written(db, &format!("t-{at}"), &[("us", "own", text)]).await;
                }
                for question in &questions {
                    let ids = found(db, "us", "own", question).await;
                    let Some(words) = Words::of(question) else { continue };
                    for (at, text) in texts.iter().enumerate() {
                        let answers = words.rank(text, &[]).is_some();
                        let id = format!("t-{at}");
                        assert!(
                            !answers || ids.contains(&id),
                            "{engine}: {question:?} does not find {text:?}"
                        );
                    }
                }
            }
        });
        Ok(())
    });
    tried.unwrap();
    for (_, db) in engines {
        runtime.block_on(db.close());
    }
}
