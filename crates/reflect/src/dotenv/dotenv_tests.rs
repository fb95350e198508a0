//! What `@next/env` 16.2 makes of files, as it was run on each of them (`loadEnvConfig`, Node 20).

use super::*;

/// A file, and the variables that Next.js finds in it.
type Case = (&'static str, &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("A=1\nB=${A}2\n", &[("A", "1"), ("B", "12")]),
    ("B=${A}2\nA=1\n", &[("B", "12"), ("A", "1")]),
    ("A=$B\nB=$C\nC=deep\n", &[("A", "deep"), ("B", "deep"), ("C", "deep")]),
    ("A=${X:-dflt}\n", &[("A", "dflt")]),
    ("A=${X:-${Y:-z}}\n", &[("A", "z")]),
    ("A=${X:-${Y}}\nY=yy\n", &[("A", "yy"), ("Y", "yy")]),
    ("A=${X-dflt}\n", &[("A", "-dflt}")]),
    ("A=${X:-}\n", &[("A", "")]),
    ("X=\nA=${X:-d}\n", &[("X", ""), ("A", "d")]),
    ("X=\nA=${X-d}\n", &[("X", ""), ("A", "-d}")]),
    ("A=\\$B\nB=1\n", &[("A", "$B"), ("B", "1")]),
    ("A=\\${B}\nB=1\n", &[("A", "${B}"), ("B", "1")]),
    ("A=\"\\$B\"\nB=1\n", &[("A", "$B"), ("B", "1")]),
    ("A='\\$B'\nB=1\n", &[("A", "$B"), ("B", "1")]),
    ("A=\\\\$B\nB=1\n", &[("A", "\\$B"), ("B", "1")]),
    ("A='${B}'\nB=1\n", &[("A", "1"), ("B", "1")]),
    ("A=\"${B}\"\nB=1\n", &[("A", "1"), ("B", "1")]),
    ("A=`${B}`\nB=1\n", &[("A", "1"), ("B", "1")]),
    ("A=x$\n", &[("A", "x$")]),
    ("A=$\n", &[("A", "$")]),
    ("A=$$B\nB=1\n", &[("A", ""), ("B", "1")]),
    ("A=${}\n", &[("A", "${}")]),
    ("A=${B\nB=1\n", &[("A", "1"), ("B", "1")]),
    ("A=$B-$C.d\nB=1\nC=2\n", &[("A", "1-2.d"), ("B", "1"), ("C", "2")]),
    ("A=p$ss\n", &[("A", "p")]),
    ("A=p$1ss\n", &[("A", "p")]),
    ("A=pa$5word\n", &[("A", "pa")]),
    ("A='p$ss'\n", &[("A", "p")]),
    ("A=p$ss!\nss=zz\n", &[("A", "pzz!"), ("ss", "zz")]),
    ("A=\n", &[("A", "")]),
    ("A= \n", &[("A", "")]),
    ("A\n", &[]),
    ("A=x # note\n", &[("A", "x")]),
    ("A=\"x # no\"\n", &[("A", "x # no")]),
    ("A='x # no' # yes\n", &[("A", "x # no")]),
    ("A=\"x\"y\n", &[("A", "\"x\"y")]),
    ("A=\"x\" y\n", &[("A", "\"x\" y")]),
    ("A=it's\n", &[("A", "it's")]),
    ("A=\"it's\"\n", &[("A", "it's")]),
    ("#A=1\nB=2\n", &[("B", "2")]),
    ("  A = 1  \n", &[("A", "1")]),
    ("export A=1\n", &[("A", "1")]),
    ("export A\n", &[]),
    ("A: 1\n", &[("A", "1")]),
    ("A.b-c=1\n", &[("A.b-c", "1")]),
    ("1A=1\n", &[("1A", "1")]),
    ("A:1\n", &[]),
    ("A=1\r\nB=2\r\n", &[("A", "1"), ("B", "2")]),
    ("A=1\rB=2\r", &[("A", "1"), ("B", "2")]),
    ("\u{feff}A=1\n", &[("A", "1")]),
    ("A=1", &[("A", "1")]),
    ("A=\"a\\nb\"\n", &[("A", "a\nb")]),
    ("A='a\\nb'\n", &[("A", "a\\nb")]),
    ("A=a\\nb\n", &[("A", "a\\nb")]),
    ("A=\"a\\tb\\rc\\\"d\\\\e\"\n", &[("A", "a\\tb\rc\\\"d\\\\e")]),
    ("A=\"line1\nline2\"\nB=2\n", &[("A", "line1\nline2"), ("B", "2")]),
    ("A='line1\nline2'\nB=2\n", &[("A", "line1\nline2"), ("B", "2")]),
    ("A=`l1\nl2`\n", &[("A", "l1\nl2")]),
    ("A=\"open\nB=2\n", &[("A", "\"open"), ("B", "2")]),
    ("A='open\nB=2\n", &[("A", "'open"), ("B", "2")]),
    ("A=1\nA=2\n", &[("A", "2")]),
    ("A=1\nB=$A\nA=2\n", &[("A", "2"), ("B", "2")]),
    ("A==x\n", &[("A", "=x")]),
    ("A=a=b\n", &[("A", "a=b")]),
    ("A=\"a'b`c\"\n", &[("A", "a'b`c")]),
    ("A=#\n", &[("A", "")]),
    ("A=x #\n", &[("A", "x")]),
    ("A=\"\\u0041\"\n", &[("A", "\\u0041")]),
    ("A=~/x\n", &[("A", "~/x")]),
    ("A=$(ls)\n", &[("A", "$(ls)")]),
    ("A=`ls`\n", &[("A", "ls")]),
    ("A=x;B=y\n", &[("A", "x;B=y")]),
    ("=x\nB=1\n", &[("B", "1")]),
    ("A B=1\nC=2\n", &[("C", "2")]),
    ("A=é ü\n", &[("A", "é ü")]),
    ("A=\"a\r\nb\"\r\nB=1\r\n", &[("A", "a\nb"), ("B", "1")]),
    ("A=\"\"\n", &[("A", "")]),
    ("A=''\n", &[("A", "")]),
    ("A=\" x \"\n", &[("A", " x ")]),
    ("A=\t x\t\n", &[("A", "x")]),
    ("P=s3cret\nH=db\nDATABASE_URL=\"postgresql://u:${P}@${H}:5432/app?schema=public\"\n", &[("P", "s3cret"), ("H", "db"), ("DATABASE_URL", "postgresql://u:s3cret@db:5432/app?schema=public")]),
    ("DATABASE_URL=\"postgresql://u:${P}@${H}:5432/app\"\nP=s3cret\nH=db\n", &[("DATABASE_URL", "postgresql://u:s3cret@db:5432/app"), ("P", "s3cret"), ("H", "db")]),
    ("A=${B}${B}\nB=1\n", &[("A", "11"), ("B", "1")]),
    ("A=${B:-a}${C:-b}\n", &[("A", "ab")]),
    ("A=${B:-x}\nB=1\n", &[("A", "x"), ("B", "1")]),
    ("A=${B:-$C}\nC=1\n", &[("A", "1"), ("C", "1")]),
    ("A=a${B}c${D:-e}f$G\nB=1\nG=2\n", &[("A", "a1cef2"), ("B", "1"), ("G", "2")]),
    ("A=${b}\nb=1\n", &[("A", "1"), ("b", "1")]),
    ("A=${B.C}\nB.C=1\n", &[("A", ".C}"), ("B.C", "1")]),
    ("A=${B:+x}\nB=1\n", &[("A", "1:+x}"), ("B", "1")]),
    ("A=${B?x}\nB=1\n", &[("A", "1?x}"), ("B", "1")]),
    ("A=$B$C\nB=1\nC=\\$B\n", &[("A", "1$B"), ("B", "1"), ("C", "$B")]),
    ("A=${B}\nB=\"\\${C}\"\nC=1\n", &[("A", "${C}"), ("B", "${C}"), ("C", "1")]),
    ("A=${B:-a:-b}\n", &[("A", "a:-b")]),
    ("A=${B:-a}b}\n", &[("A", "ab}")]),
    ("A=${B:-http://x/y?z=1&w}\n", &[("A", "http://x/y?z=1&w")]),
    ("A=\"${B:-a b}\"\n", &[("A", "a b")]),
    ("A=$B_C\nB=1\nB_C=2\n", &[("A", "2"), ("B", "1"), ("B_C", "2")]),
    ("A=${B} ${B}\nB=x\n", &[("A", "x x"), ("B", "x")]),
    ("A= ${B}\nB=x\n", &[("A", "x"), ("B", "x")]),
];

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

fn values(file: &DotEnv) -> BTreeMap<String, String> {
    let names = file.assignments.keys();
    let value = |name: &String| file.get(name).expect("a value").expect("an assignment");
    names.map(|name| (name.clone(), value(name))).collect()
}

#[test]
fn files_hold_what_next_js_finds_in_them() {
    for (text, expected) in CASES {
        let file = DotEnv::parse(text, BTreeMap::new());
        assert_eq!(values(&file), pairs(expected), "{text:?}");
    }
}

/// Files, the first of which counts, and what Next.js finds in all of them.
type CaseOfFiles = (
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

#[rustfmt::skip]
const CASES_OF_FILES: &[CaseOfFiles] = &[
    (&["P=local\n", "P=env\nU=pg://${P}@h\n"], &[("P", "local"), ("U", "pg://local@h")]),
    (&["P=local\n", "U=pg://${P}@h\n"], &[("P", "local"), ("U", "pg://local@h")]),
    (&["U=pg://${P}@h\n", "P=env\n"], &[("P", "env"), ("U", "pg://@h")]),
    (&["U=pg://${P:-d}@h\n", "P=env\n"], &[("P", "env"), ("U", "pg://d@h")]),
    (&["U=pg://${P:-d}@h\nP=own\n", "P=env\n"], &[("P", "own"), ("U", "pg://d@h")]),
    (&["P=a\n", "Q=${P}b\n", "R=${Q}c\nP=z\n"], &[("P", "a"), ("Q", "ab"), ("R", "abc")]),
    (&["P='a\\$Q'\n", "Q=q\nU=$P\n"], &[("P", "a$Q"), ("Q", "q"), ("U", "aq")]),
];

#[test]
fn several_files_hold_what_next_js_finds_in_them() {
    for (texts, expected) in CASES_OF_FILES {
        let files = texts
            .iter()
            .map(|text| DotEnv::parse(text, BTreeMap::new()));
        let all = files.fold(Values::new(), |earlier, file| file.after(earlier).values());
        let found = all
            .into_iter()
            .map(|(name, value)| (name, value.expect("a value")));
        assert_eq!(
            found.collect::<BTreeMap<_, _>>(),
            pairs(expected),
            "{texts:?}"
        );
    }
    // What a comment cuts off is refused where another file refers to it, and only there.
    let earlier = DotEnv::parse("P=p#ss\nQ=1", BTreeMap::new()).values();
    let file = DotEnv::parse("A=$P\nB=$Q", BTreeMap::new()).after(earlier);
    assert!(file.get("A").is_err());
    assert_eq!(file.get("B").expect("a value").as_deref(), Some("1"));
}

#[test]
fn the_environment_comes_before_the_file_and_a_default_before_both_when_empty() {
    let value = |text, environment: &[(&str, &str)]| {
        let file = DotEnv::parse(text, pairs(environment));
        file.get("A").expect("a value").expect("an assignment")
    };
    assert_eq!(
        value("A=$B\nB=file", &[("B", "environment")]),
        "environment"
    );
    assert_eq!(value("A=$B\nB=file", &[("B", "")]), "file");
    assert_eq!(value("A=${B:-default}", &[("B", "")]), "default");
    assert_eq!(
        value("A=${B:-default}", &[("B", "environment")]),
        "environment"
    );
    // A value of the environment refers to others where it is referred to, as in Next.js.
    assert_eq!(value("A=$B", &[("B", "b$C"), ("C", "c")]), "bc");
}

#[test]
fn what_a_comment_cuts_off_is_refused_and_never_shown() {
    for text in ["A=p#ss", "A=$B\nB=p#ss", "A=x\\#y"] {
        let error = DotEnv::parse(text, BTreeMap::new()).get("A");
        let error = error.expect_err("is cut off").to_string();
        assert!(error.contains("`#`") && !error.contains("ss"), "{error}");
    }
    let other = DotEnv::parse("A=1\nB=p#ss", BTreeMap::new()).get("A");
    assert_eq!(other.expect("a value").as_deref(), Some("1"));
}

#[test]
fn circles_end() {
    for text in [
        "A=$A",
        "A=$B\nB=$A",
        "A=x${A}y${A}",
        "A=$B$B\nB=$C$C\nC=$B$B",
    ] {
        let error = DotEnv::parse(text, BTreeMap::new()).get("A");
        let error = error.expect_err("comes to no end").to_string();
        assert!(error.contains("of A refers to itself"), "{error}");
    }
    // A default stands before the file.
    let file = DotEnv::parse("A=${A:-x}", BTreeMap::new());
    assert_eq!(file.get("A").expect("a value").as_deref(), Some("x"));
}

#[test]
fn a_file_that_is_not_there_is_an_empty_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = DotEnv::load(&folder.path().join(".env")).expect("loads");
    assert_eq!(file.get("A").expect("no error"), None);
    assert!(DotEnv::load(folder.path()).is_err(), "a folder is no file");
}
