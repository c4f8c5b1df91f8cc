//! `cargo xtask explain NAME`: everything about an instruction or a micro-op on one screen;
//! `explain E012`: a diagnostic at length.

/// `NAME|CODE`
pub fn run(arguments: &[String]) -> Result<(), String> {
    let [name] = arguments else { return Err("usage: explain NAME|CODE".to_string()) };
    if let Some(text) = analyzer::explain(name) {
        print!("{text}");
        return Ok(());
    }
    let model = analyzer::analyze_file(crate::root().join("opcodes.def"))
        .map_err(|diagnostics| diagnostics.for_stderr())?;
    let Some(text) = codegen::explain::explain(&model, name) else {
        let wanted = name.to_uppercase();
        let near = model
            .opcodes
            .iter()
            .map(|opcode| &opcode.name)
            .chain(model.ops.iter().map(|op| &op.name));
        let near: Vec<&str> =
            near.filter(|known| known.contains(&wanted)).map(String::as_str).take(8).collect();
        let hint = if near.is_empty() {
            String::new()
        } else {
            format!("; there are {}", near.join(", "))
        };
        return Err(format!("no instruction, micro-op or diagnostic is called `{name}`{hint}"));
    };
    print!("{text}");
    Ok(())
}
