    .code16
    .section .boot, "ax"
    .globl _boot
_boot:
    cli
    xor %ax, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    mov $0x7c00, %sp
    mov %dl, drive
    mov $0x2401, %ax
    int $0x15
    mov $SECTORS64, %cx
1:  push %cx
    mov drive, %dl
    mov $dap, %si
    mov $0x42, %ah
    int $0x13
    jc fail
    addl $64, dap_lba
    addw $0x800, dap_seg
    pop %cx
    loop 1b
    cli
    # identity map of 1 GiB: tables at 0x1000, 0x2000, 0x3000
    mov $0x1000, %edi
    xor %eax, %eax
    mov $0xc00, %ecx
    cld
    rep stosl
    movl $0x2003, 0x1000
    movl $0x3003, 0x2000
    mov $0x3000, %edi
    mov $0x83, %eax
2:  mov %eax, (%di)
    add $8, %di
    add $0x200000, %eax
    cmp $0x4000, %di
    jne 2b
    mov $0x1000, %eax
    mov %eax, %cr3
    mov $0x40620, %eax          # PAE, OSFXSR, OSXMMEXCPT, OSXSAVE
    mov %eax, %cr4
    mov $0xc0000080, %ecx
    rdmsr
    or $0x100, %eax
    wrmsr
    lgdt gdtr
    mov %cr0, %eax
    and $~4, %eax
    or $0x80000003, %eax
    mov %eax, %cr0
    ljmp $8, $long_mode
fail:
    mov $'!', %al
    outb %al, $0xe9
    hlt
    .code64
long_mode:
    mov $16, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    xor %ecx, %ecx
    xor %edx, %edx
    mov $XCR0, %eax
    xsetbv
    mov $0x1000000, %rsp
    call run
3:  hlt
    jmp 3b
    .balign 8
drive: .byte 0
    .balign 4
dap: .byte 16, 0
    .word 64
    .word 0
dap_seg: .word 0x1000
dap_lba: .long 1, 0
gdt: .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdtr: .word 23
    .long gdt
    .org 510
    .word 0xaa55
