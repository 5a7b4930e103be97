//! Profiles: what is read means what the datasheet says; what is ambiguous is refused with both readings.

use super::{Condition, Limit, Place, Profile, Table, read};
use riversync_protocol::v1::{Kind, Scale, Severity};

fn metric(body: &str) -> Result<Profile, String> {
    let text = format!("name = \"p\"\nversion = 1\n[[metric]]\nname = \"m\"\n{body}");
    read("p.toml", &text).map_err(|faults| faults.iter().map(|fault| format!("{fault}\n")).collect())
}

fn fault(body: &str) -> String {
    metric(body).unwrap_err()
}

#[test]
fn a_reference_and_an_address_meet_at_the_same_register() {
    for body in [
        "ref = \"40011\"",
        "register = \"holding\"\naddress = 10",
        "register = \"holding_register\"\nref = \"400011\"",
    ] {
        let profile = metric(&format!("type = \"u16\"\n{body}")).unwrap();
        let Place::Register(at) = profile.metrics[0].place.clone() else { panic!("{body}") };
        assert_eq!((at.table, at.address, at.count), (Table::Holding, 10, 1));
    }
}

#[test]
fn an_address_that_may_be_a_reference_is_refused_with_both_readings() {
    let said = fault("type = \"uint16\"\nregister = \"holding\"\naddress = 40001");
    assert!(said.contains("p.toml:7:11"), "{said}");
    assert!(said.contains("may mean address 40001 or reference 40001 (address 0)"), "{said}");
    assert!(
        said.contains("ref = \"40001\" for the reference")
            && said.contains("ref = \"440002\" for the address"),
        "{said}"
    );
    assert!(metric("type = \"uint16\"\nref = \"440002\"").is_ok());
    // An address beyond what five digits can name is not ambiguous, nor is one of another table.
    assert!(metric("type = \"uint16\"\nregister = \"input\"\naddress = 40001").is_ok());
}

#[test]
fn a_six_digit_reference_in_the_wrong_key_is_refused_with_both_readings() {
    let said = fault("type = \"uint16\"\nregister = \"holding\"\naddress = 400001");
    assert!(said.contains("from 0 to 65535; as a reference it is ref = \"400001\": holding 0"), "{said}");
    let far = fault("type = \"uint16\"\nregister = \"holding\"\naddress = 70000");
    assert!(far.ends_with("from 0 to 65535\n"), "{far}");
}

#[test]
fn tables_have_the_names_of_other_tools() {
    for named in ["register = \"Holding_Registers\"", "register = \"4x\"", "fc = 3"] {
        let profile = metric(&format!("type = \"u16\"\n{named}\naddress = 10")).unwrap();
        let Place::Register(at) = profile.metrics[0].place.clone() else { panic!("{named}") };
        assert_eq!((at.table, at.address), (Table::Holding, 10), "{named}");
    }
    assert!(metric("type = \"u16\"\nref = 40011").is_ok());
    assert!(fault("type = \"u16\"\nfc = 4\nref = 40011").contains("lies in table holding"));
    assert!(fault("type = \"u16\"\nfc = 5\naddress = 1").contains("from 1 to 4"));
    let twice = fault("type = \"u16\"\nfc = 3\nregister = \"input\"\naddress = 1");
    assert!(twice.contains("give one of them"), "{twice}");
}

#[test]
fn what_is_odd_about_a_device_and_who_it_is_are_part_of_its_profile() {
    let body = "type = \"u16\"\nref = 40011\n[quirks]\nmax_words = 32\npause_between_requests = \"20ms\"\n\
        close_after_poll = true\n[identity]\nvendor = \"Acme\"\n[[identity.words]]\nref = 40001\n\
        hold = [0x5375, 0x6e53]\n[[gap_ok]]\nregister = \"holding\"\nfrom = 0\nto = 1";
    let profile = metric(body).unwrap();
    assert_eq!((profile.quirks.max_words(), profile.quirks.close_after_poll), (32, Some(true)));
    let identity = profile.identity.unwrap();
    assert_eq!(identity.objects, [(0, "Acme".to_owned())]);
    assert_eq!(identity.words[0].words, [0x5375, 0x6e53]);
    assert!(identity.accepts(&[(0, "Acme".to_owned()), (1, "any".to_owned())]));
    assert!(!identity.accepts(&[(0, "Acmes".to_owned())]) && !identity.accepts(&[]));
    for (body, says) in [
        ("[identity]\n[[identity.words]]\nref = 40001\nhold = [1, 2]\n", "not inside a [[gap_ok]] region"),
        ("[identity]\n", "give vendor, product or revision"),
        ("[quirks]\nmax_words = 126\n", "from 1 to 125"),
        ("[quirks]\nmax_bits = 2001\n", "from 1 to 2000"),
        ("[quirks]\nmax_word = 1\n", "did you mean \"max_words\"?"),
    ] {
        let said = fault(&format!("type = \"u16\"\nref = 40011\n{body}"));
        assert!(said.contains(says), "{body}\n{said}");
    }
}

#[test]
fn what_passes_the_end_of_the_table_is_refused() {
    assert!(metric("type = \"uint16\"\nregister = \"input\"\naddress = 65535").is_ok());
    assert!(
        fault("type = \"uint32\"\nregister = \"input\"\naddress = 65535")
            .contains("passes the last address 65535")
    );
    assert!(
        fault("type = \"string\"\nwords = 126\nregister = \"input\"\naddress = 0").contains("from 1 to 125")
    );
    assert!(fault("type = \"uint16\"\nregister = \"input\"\naddress = 65536").contains("from 0 to 65535"));
}

#[test]
fn contradictions_are_refused() {
    for (body, says) in [
        ("type = \"uint16\"\nref = \"40001\"\naddress = 0\nregister = \"holding\"", "stands beside address"),
        ("type = \"uint16\"\nref = \"40001\"\nregister = \"input\"", "lies in table holding"),
        ("type = \"uint16\"\naddress = 0", "name the table"),
        ("type = \"uint16\"\nregister = \"coil\"\naddress = 0", "can only be \"bool\""),
        ("type = \"bool\"\nscale = 2\nregister = \"coil\"\naddress = 0", "only for numbers"),
        ("type = \"uint16\"\nscale = 0\nref = \"40001\"", "not a number other than 0"),
        ("type = \"uint32\"\norder = \"ABBA\"\nref = \"40001\"", "does not name each byte once"),
        ("type = \"uint32\"\norder = \"CDAB\"\nword_order = \"little\"\nref = \"40001\"", "give one form"),
        ("type = \"bits\"\nbit = 14\nbits = 4\nref = \"40001\"", "pass the end of the word"),
        ("type = \"uint16\"\nbit = 3\nref = \"40001\"", "only for the types"),
        ("type = \"uint61\"\nref = \"40001\"", "did you mean \"uint16\"?"),
        ("type = \"uint16\"\nnot_available = 0x1_0000\nref = \"40001\"", "no \"uint16\" can look like"),
        ("type = \"float32\"\nvalues = { 0 = \"off\" }\nref = 40001", "names whole numbers"),
        ("type = \"uint16\"\nvalues = { off = \"off\" }\nref = 40001", "names by number"),
        ("type = \"uint16\"\nstring_location = \"upper\"\nref = 40001", "only for the type \"string\""),
        ("type = \"bits(9..17)\"\nref = 40001", "is not a type"),
        (
            "type = \"uint32\"\nbyte_order = \"big\"\nendianness = \"big\"\nref = 40001",
            "means the same as byte_order",
        ),
        ("type = \"float64\"\npointer = \"temp\"", "not a JSON pointer"),
        ("type = \"float64\"\npointer = \"/a\"\naddress = 3", "cannot stand beside pointer"),
        (
            "type = \"float64\"\npointer = \"/a\"\n[[gap_ok]]\nregister = \"holding\"\nfrom = 1\nto = 2",
            "only for registers",
        ),
        (
            "type = \"uint16\"\nref = \"40001\"\n[[gap_ok]]\nregister = \"holding\"\nfrom = 9\nto = 2",
            "lies before from",
        ),
        (
            "type = \"uint16\"\nref = \"40001\"\n[[metric]]\nname = \"m\"\ntype = \"uint16\"\nref = \"40002\"",
            "earlier metric",
        ),
    ] {
        let said = fault(body);
        assert!(said.contains(says), "{body}\n{said}");
    }
}

#[test]
fn scales_are_exact_and_the_kind_follows_the_type() {
    let of = |body: &str| metric(body).unwrap().metrics[0].column();
    let column = of("type = \"int16\"\nscale = 0.1\noffset = -40\nunit = \"°C\"\nref = \"40001\"");
    assert_eq!((column.scale, column.offset), (Scale { numerator: 1, denominator: 10 }, -40.0));
    assert_eq!(column.kind, Kind::Int);
    assert_eq!(of("type = \"uint64\"\nref = \"40001\"").kind, Kind::UInt);
    assert_eq!(of("type = \"float16\"\nref = \"40001\"").kind, Kind::Float32);
    assert_eq!(of("type = \"bit\"\nbit = 15\nref = \"40001\"").kind, Kind::Bool);
    assert_eq!(
        of("type = \"int32\"\nscale = \"1/3\"\nref = \"40001\"").scale,
        Scale { numerator: 1, denominator: 3 }
    );
}

#[test]
fn alarms_know_their_metric_and_their_hysteresis() {
    let number =
        "type = \"int16\"\nref = \"40001\"\n[[alarm]]\ncode = \"c\"\nseverity = \"critical\"\ntext = \"t\"\n";
    let profile = metric(&format!("{number}metric = \"m\"\nabove = 80\nclear = 75\nfor = \"5s\"")).unwrap();
    let rule = &profile.alarms[0];
    assert_eq!(
        (rule.condition, rule.for_ms, rule.severity),
        (Condition::Threshold { limit: Limit::Above(80.0), clear: 75.0 }, 5_000, Severity::Critical)
    );
    for (body, says) in [
        ("metric = \"n\"\nabove = 1", "which is not a metric of this profile; did you mean \"m\"?"),
        ("metric = \"m\"\nabove = 1\nbelow = 0", "stands beside another condition"),
        ("metric = \"m\"", "says nothing about when"),
        ("metric = \"m\"\nabove = 1\nclear = 2", "would clear while it holds"),
        ("metric = \"m\"\nbelow = nan", "is not a finite number"),
    ] {
        let said = fault(&format!("{number}{body}"));
        assert!(said.contains(says), "{body}\n{said}");
    }
}

/// Writes files into a directory of a site and into one that was shipped, and reads a profile.
fn library(site: &[(&str, &str)], shipped: &[(&str, &str)], name: &str) -> Result<Profile, String> {
    let home = tempfile::tempdir().unwrap();
    let dirs = [home.path().join("site"), home.path().join("shipped")];
    for (dir, files) in dirs.iter().zip([site, shipped]) {
        std::fs::create_dir(dir).unwrap();
        for (name, body) in files {
            std::fs::write(
                dir.join(format!("{name}.toml")),
                format!("name = \"{name}\"\nversion = 1\n{body}"),
            )
            .unwrap();
        }
    }
    let mut library = super::library::Library::new(dirs.to_vec());
    let profile = library.profile(name)?;
    let (_, faults) = library.into_parts();
    match profile {
        Some(profile) if faults.is_empty() => Ok(Profile::clone(&profile)),
        _ => Err(faults.iter().map(|fault| format!("{fault}\n")).collect()),
    }
}

const METER: &str = "[[metric]]\nname = \"power\"\ntype = \"int16\"\nref = \"40001\"\nscale = 0.1\nunit = \"kW\"\n\
    [[metric]]\nname = \"energy\"\ntype = \"uint32\"\nref = \"40003\"\n\
    [[gap_ok]]\nregister = \"holding\"\nfrom = 1\nto = 1\n\
    [[alarm]]\ncode = \"high\"\nmetric = \"power\"\nabove = 5\nseverity = \"info\"\ntext = \"High.\"\n";

#[test]
fn a_site_patches_what_was_shipped() {
    let site = "points_from = [\"meter\"]\ndrop = [\"energy\"]\n\
        [[metric]]\nname = \"power\"\nlabel = \"Feed\"\nscale = 0.01\ninterval = \"5s\"\n\
        [[metric]]\nname = \"volts\"\ntype = \"uint16\"\nref = \"40009\"\n";
    let profile = library(&[("meter", site)], &[("meter", METER)], "meter").unwrap();
    let names: Vec<_> = profile.metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(names, ["power", "volts"]);
    let power = &profile.metrics[0];
    assert_eq!((power.label.as_str(), power.unit.as_str(), power.interval_ms), ("Feed", "kW", 5_000));
    assert_eq!(power.scale, Scale { numerator: 1, denominator: 100 });
    assert_eq!((profile.gap_ok.len(), profile.alarms.len()), (1, 1));
    // With a type it is another metric, whole.
    let other =
        "points_from = [\"meter\"]\n[[metric]]\nname = \"power\"\ntype = \"float32\"\nref = \"30001\"\n";
    let profile = library(&[("meter", other)], &[("meter", METER)], "meter").unwrap();
    assert_eq!((profile.metrics[0].unit.as_str(), profile.metrics.len()), ("", 2));
}

#[test]
fn libraries_are_shared_and_a_site_shadows_them() {
    let both = "points_from = [\"meter\", \"extra\"]\n";
    let extra = "[[metric]]\nname = \"hours\"\ntype = \"uint16\"\nref = \"40100\"\n";
    let profile = library(&[], &[("meter", METER), ("extra", extra), ("both", both)], "both").unwrap();
    assert_eq!(profile.metrics.len(), 3);
    let shadow = "[[metric]]\nname = \"days\"\ntype = \"uint16\"\nref = \"40100\"\n";
    let profile =
        library(&[("extra", shadow)], &[("meter", METER), ("extra", extra), ("both", both)], "both").unwrap();
    assert_eq!(profile.metrics[2].name.as_str(), "days");
}

#[test]
fn a_library_without_points_is_an_error() {
    for (shipped, says) in [
        (vec![("a", "points_from = [\"metre\"]\n"), ("meter", METER)], "there is no profile \"metre\""),
        (vec![("a", "points_from = [\"b\"]\n"), ("b", "")], "needs at least one [[metric]]"),
        (vec![("a", "points_from = []\n")], "names no library"),
        (vec![("a", "points_from = [\"a\"]\n")], "there is no profile \"a\" in any later directory"),
        (
            vec![("a", "points_from = [\"b\"]\n"), ("b", "points_from = [\"a\"]\n")],
            "takes points from itself",
        ),
        (vec![("a", "points_from = [\"m\"]\ndrop = [\"powr\"]\n"), ("m", METER)], "\"powr\" is not a metric"),
        (
            vec![("a", "points_from = [\"m\"]\ndrop = [\"power\", \"energy\"]\n"), ("m", METER)],
            "needs at least one",
        ),
        (
            vec![("a", "points_from = [\"m\", \"n\"]\n"), ("m", METER), ("n", METER)],
            "an earlier library has, too",
        ),
        (vec![("a", "drop = [\"power\"]\n"), ("m", METER)], "only beside points_from"),
        (
            vec![("a", "points_from = [\"m\"]\n[[metric]]\nname = \"powr\"\nscale = 2\n"), ("m", METER)],
            "type",
        ),
    ] {
        let said = library(&[], &shipped, "a").unwrap_err();
        assert!(said.contains(says), "{shipped:?}\n{said}");
    }
}
