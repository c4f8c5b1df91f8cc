//! Every committed output is what its generator makes of the definition today.

#[path = "common/repository.rs"]
mod repository;

#[test]
fn outputs_are_fresh() {
    let model = repository::definition();
    let mut stale = String::new();
    for output in codegen::OUTPUTS {
        let committed =
            std::fs::read_to_string(repository::root().join(output.path)).unwrap_or_default();
        if let Some(difference) =
            codegen::file::difference(&committed, &(output.generate)(&model), 20)
        {
            stale += &format!("{}:\n{difference}\n", output.path);
        }
    }
    assert!(
        stale.is_empty(),
        "stale generated files; run `cargo xtask regen` and commit the result\n\n{stale}"
    );
}
