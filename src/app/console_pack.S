/* The built console, one piece of bytes: src/api/console_files.hpp says how it is laid out. */
    .section .rodata
    .global yagura_console_pack
    .global yagura_console_pack_end
    .balign 16
yagura_console_pack:
    .incbin YAGURA_CONSOLE_PACK
yagura_console_pack_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
