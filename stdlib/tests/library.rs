//! The embedded library: each module can be found, opened and read, and the licences hold.

use runtime::image::{Image, ImageConstant};

#[test]
fn modules_are_found_by_name() {
    for name in [
        "dataclasses",
        "collections",
        "os",
        "re._compiler",
        "encodings.utf_8",
    ] {
        let module = stdlib::find(name).expect(name);
        assert_eq!(module.name, name);
    }
    assert!(stdlib::find("collections").is_some_and(|module| module.is_package));
    assert!(stdlib::find("random").is_some_and(|module| !module.is_package));
    for name in [
        "",
        "nothing",
        "collections.",
        "idlelib",
        "test",
        "tkinter",
        "ensurepip",
    ] {
        assert!(stdlib::find(name).is_none(), "{name}");
    }
}

#[test]
fn every_module_is_whole() {
    let names: Vec<_> = stdlib::names().collect();
    assert!(names.len() > 400, "{}", names.len());
    assert!(names.is_sorted());
    for name in names {
        let module = stdlib::find(name).expect(name);
        let image = Image::open_file(module.image).expect(name);
        let mut codes = vec![image.root().expect(name)];
        while let Some(code) = codes.pop() {
            for constant in code.constants() {
                if let ImageConstant::Code(offset) = constant.expect(name) {
                    codes.push(image.code(offset).expect(name));
                }
            }
        }
        assert_eq!(stdlib::find_file(&module.path()).expect(name).name, name);
    }
}

#[test]
fn sources_are_kept() {
    let source = stdlib::find("__future__").expect("it is there").source();
    assert!(source.contains("barry_as_FLUFL"));
    assert_eq!(
        stdlib::find("re").expect("it is there").path(),
        "<sidewinder>/Lib/re/__init__.py"
    );
}

#[test]
fn no_copyleft_dependency() {
    let lock = include_str!("../../Cargo.lock");
    assert!(!lock.contains("malachite-nz"));
    assert!(lock.contains(
        "name = \"malachite-bigint\"\nversion = \"0.12.0\"\ndependencies = [\n \"num-bigint\""
    ));
}
