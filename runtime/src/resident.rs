//! Pages of the program file that were used once and are not needed soon: the images of the library's modules after import, the
//! compiler's code after the program is compiled. They are given back, and read again (from the page cache) where that proves wrong. Not
//! here: the heap.

const PAGE: usize = 4096;

/// Gives back the pages that lie within constant data of the program.
pub fn release(data: &'static [u8]) {
    let start = (data.as_ptr() as usize).next_multiple_of(PAGE);
    let end = (data.as_ptr() as usize + data.len()) & !(PAGE - 1);
    give_back(start, end);
}

fn give_back(start: usize, end: usize) {
    // A debugger writes into code.
    if cfg!(target_os = "linux") && !cfg!(debug_assertions) && start < end {
        // SAFETY: the pages belong to segments of the program that nobody writes to: their contents are those of the file.
        unsafe {
            libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_DONTNEED);
        }
    }
}

/// Gives back all code and constant data of the program; what runs is read again.
pub fn release_program() {
    #[cfg(target_os = "linux")]
    {
        /// # Safety
        /// Called by `dl_iterate_phdr`.
        unsafe extern "C" fn visit(info: *mut libc::dl_phdr_info, _: usize, _: *mut libc::c_void) -> libc::c_int {
            // SAFETY: the loader describes the objects that are loaded; the first is the program.
            unsafe {
                for i in 0..(*info).dlpi_phnum as usize {
                    let header = &*(*info).dlpi_phdr.add(i);
                    if header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_W == 0 {
                        let start = (*info).dlpi_addr as usize + header.p_vaddr as usize;
                        give_back(start.next_multiple_of(PAGE), (start + header.p_memsz as usize) & !(PAGE - 1));
                    }
                }
            }
            1
        }
        // SAFETY: the callback keeps nothing.
        unsafe { libc::dl_iterate_phdr(Some(visit), core::ptr::null_mut()) };
    }
}
