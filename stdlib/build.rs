//! Compiles CPython's `Lib` to images and packs them with their sources into one blob, whose
//! layout stands in `src/lib.rs`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

use frontend::{Mode, Options, compile, image};

#[path = "src/layout.rs"]
mod layout;
use layout::{ENTRY_BYTES, HEADER_BYTES, NO_ENTRY, name_hash};

/// Folders and modules that have no use in a virtual machine without Tk, pip and a test suite.
const LEFT_OUT: [&str; 11] = [
    "__phello__",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "pydoc_data",
    "test",
    "tests",
    "tkinter",
    "turtle.py",
    "turtledemo",
    "venv",
];

/// CPython freezes these under names of their own, and code that prints or filters tracebacks
/// knows them.
const FROZEN: [(&str, &str); 3] = [
    ("importlib._bootstrap", "<frozen importlib._bootstrap>"),
    (
        "importlib._bootstrap_external",
        "<frozen importlib._bootstrap_external>",
    ),
    ("zipimport", "<frozen zipimport>"),
];

struct Job {
    path: PathBuf,
    name: String,
    filename: String,
    is_package: bool,
}

struct Packed {
    name: String,
    is_package: bool,
    image: Vec<u8>,
    source: Vec<u8>,
    source_bytes: usize,
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/layout.rs");
    let library = Path::new(rustpython_pylib::LIB_PATH);
    let mut jobs = Vec::new();
    collect(library, "", "", &mut jobs);
    jobs.sort_by(|a, b| a.name.cmp(&b.name));
    let blob = layout_blob(&pack_all(&jobs));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("stdlib.blob"), blob).expect("OUT_DIR is writable");
}

fn collect(folder: &Path, package: &str, virtual_folder: &str, jobs: &mut Vec<Job>) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.expect("the folder is readable");
        let file_name = entry
            .file_name()
            .into_string()
            .expect("the library's names are ASCII");
        if LEFT_OUT.contains(&file_name.as_str()) {
            continue;
        }
        let path = entry.path();
        let virtual_path = format!("{virtual_folder}/{file_name}");
        if path.is_dir() {
            if path.join("__init__.py").is_file() {
                collect(&path, &dotted(package, &file_name), &virtual_path, jobs);
            }
            continue;
        }
        let Some(stem) = file_name.strip_suffix(".py") else {
            continue;
        };
        let is_package = stem == "__init__";
        let name = if is_package {
            package.to_owned()
        } else {
            dotted(package, stem)
        };
        let frozen = FROZEN.iter().find(|(frozen, _)| *frozen == name);
        let filename = match frozen {
            Some((_, filename)) => (*filename).to_owned(),
            None => format!("{}{virtual_path}", layout::ROOT),
        };
        jobs.push(Job {
            path,
            name,
            filename,
            is_package,
        });
    }
}

fn dotted(package: &str, name: &str) -> String {
    if package.is_empty() {
        name.to_owned()
    } else {
        format!("{package}.{name}")
    }
}

fn pack_all(jobs: &[Job]) -> Vec<Packed> {
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut packed: Vec<(usize, Packed)> = thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| {
                    let mut done = Vec::new();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(job) = jobs.get(at) else { return done };
                        done.push((at, pack(job)));
                    }
                })
            })
            .collect();
        handles
            .into_iter()
            .flat_map(|handle| handle.join().expect("each module compiles"))
            .collect()
    });
    packed.sort_by_key(|(at, _)| *at);
    packed.into_iter().map(|(_, packed)| packed).collect()
}

fn pack(job: &Job) -> Packed {
    let source =
        fs::read(&job.path).unwrap_or_else(|error| panic!("{}: {error}", job.path.display()));
    assert!(
        str::from_utf8(&source).is_ok(),
        "{} is not UTF-8",
        job.path.display()
    );
    let compiled = compile(&source, &job.filename, Mode::Exec, &Options::default(), &mut Vec::new())
        .unwrap_or_else(|error| panic!("{}: {error:?}", job.path.display()));
    Packed {
        name: job.name.clone(),
        is_package: job.is_package,
        image: image::write(&compiled),
        source_bytes: source.len(),
        source: miniz_oxide::deflate::compress_to_vec(&source, 8),
    }
}

fn layout_blob(modules: &[Packed]) -> Vec<u8> {
    let buckets = (2 * modules.len()).next_power_of_two();
    let mut table = vec![NO_ENTRY; buckets];
    for (number, module) in modules.iter().enumerate() {
        let mut bucket = name_hash(&module.name) as usize % buckets;
        while table[bucket] != NO_ENTRY {
            bucket = (bucket + 1) % buckets;
        }
        table[bucket] = u16::try_from(number).expect("there are fewer modules");
    }
    let names_start = HEADER_BYTES + 2 * buckets + ENTRY_BYTES * modules.len();
    let names: String = modules.iter().map(|module| module.name.as_str()).collect();
    let data_start = names_start + names.len();
    // All images, then all sources: those are touched seldom.
    let images: usize = modules.iter().map(|module| module.image.len()).sum();
    let (mut name_at, mut image_at, mut source_at) = (names_start, data_start, data_start + images);
    let mut entries = Vec::new();
    for module in modules {
        for number in [
            name_at,
            module.name.len(),
            usize::from(module.is_package),
            image_at,
            module.image.len(),
            source_at,
            module.source.len(),
            module.source_bytes,
        ] {
            put(number, &mut entries);
        }
        name_at += module.name.len();
        image_at += module.image.len();
        source_at += module.source.len();
    }
    let mut blob = Vec::new();
    put(modules.len(), &mut blob);
    put(buckets, &mut blob);
    for number in table {
        blob.extend_from_slice(&number.to_le_bytes());
    }
    blob.extend_from_slice(&entries);
    blob.extend_from_slice(names.as_bytes());
    for module in modules {
        blob.extend_from_slice(&module.image);
    }
    for module in modules {
        blob.extend_from_slice(&module.source);
    }
    blob
}

fn put(number: usize, out: &mut Vec<u8>) {
    let number = u32::try_from(number).expect("the blob is smaller than 4 GiB");
    out.extend_from_slice(&number.to_le_bytes());
}
