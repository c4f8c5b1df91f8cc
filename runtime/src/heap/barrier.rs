//! The write barrier. Not here: what becomes of the remembered objects (`collect.rs`).

use super::bits;
use super::state::state;
use crate::value::Value;

/// For machine code: an object needs `write_barrier` when the bits `.0` of its `Header::gc` are `.1`.
pub const NEEDS_BARRIER: (u8, u8) = (bits::OLD | bits::REMEMBERED, bits::OLD);

/// Must follow each store of a reference into an object that is not fresh.
#[inline(always)]
pub fn write_barrier(owner: Value) {
    if owner.header().gc.get() & (bits::OLD | bits::REMEMBERED) == bits::OLD {
        core::hint::cold_path();
        remember_aside(owner);
    }
}

/// An old object that was written to: the next young collection looks into it.
extern "sysv64" fn remember(owner: Value) {
    let header = owner.header();
    header.gc.set(header.gc.get() | bits::REMEMBERED);
    state().remembered.push(owner);
}

/// Calls `remember` so that the caller loses no register: an instruction's handler that stores needs no frame of its own then.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn remember_aside(owner: Value) {
    // SAFETY: the callee keeps every register, flags aside; the 128 bytes below the stack pointer, which may be in use, are left out.
    unsafe {
        core::arch::asm!(
            "lea rsp, [rsp - 128]",
            "push {owner}",
            "call {remember}",
            "lea rsp, [rsp + 136]",
            owner = in(reg) owner.0,
            remember = sym remember_keeping_registers,
            options(nostack),
        );
    }
}

/// `remember` of the word above the return address.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
unsafe extern "sysv64" fn remember_keeping_registers() {
    core::arch::naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "push rax",
        "push rcx",
        "push rdx",
        "push rsi",
        "push rdi",
        "push r8",
        "push r9",
        "push r10",
        "push r11",
        "sub rsp, 264",
        "and rsp, -16",
        "movups [rsp], xmm0",
        "movups [rsp + 16], xmm1",
        "movups [rsp + 32], xmm2",
        "movups [rsp + 48], xmm3",
        "movups [rsp + 64], xmm4",
        "movups [rsp + 80], xmm5",
        "movups [rsp + 96], xmm6",
        "movups [rsp + 112], xmm7",
        "movups [rsp + 128], xmm8",
        "movups [rsp + 144], xmm9",
        "movups [rsp + 160], xmm10",
        "movups [rsp + 176], xmm11",
        "movups [rsp + 192], xmm12",
        "movups [rsp + 208], xmm13",
        "movups [rsp + 224], xmm14",
        "movups [rsp + 240], xmm15",
        "mov rdi, [rbp + 16]",
        "call {remember}",
        "movups xmm0, [rsp]",
        "movups xmm1, [rsp + 16]",
        "movups xmm2, [rsp + 32]",
        "movups xmm3, [rsp + 48]",
        "movups xmm4, [rsp + 64]",
        "movups xmm5, [rsp + 80]",
        "movups xmm6, [rsp + 96]",
        "movups xmm7, [rsp + 112]",
        "movups xmm8, [rsp + 128]",
        "movups xmm9, [rsp + 144]",
        "movups xmm10, [rsp + 160]",
        "movups xmm11, [rsp + 176]",
        "movups xmm12, [rsp + 192]",
        "movups xmm13, [rsp + 208]",
        "movups xmm14, [rsp + 224]",
        "movups xmm15, [rsp + 240]",
        "lea rsp, [rbp - 72]",
        "pop r11",
        "pop r10",
        "pop r9",
        "pop r8",
        "pop rdi",
        "pop rsi",
        "pop rdx",
        "pop rcx",
        "pop rax",
        "pop rbp",
        "ret",
        remember = sym remember,
    )
}

#[cfg(not(target_arch = "x86_64"))]
#[cold]
#[inline(never)]
fn remember_aside(owner: Value) {
    remember(owner);
}
