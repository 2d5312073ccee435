/* SPDX-License-Identifier: MIT */
/* Linked with a library that is gone when it is loaded. */
int shihyo_ghost(void);
int shihyo_needs_ghost(void);
int shihyo_needs_ghost(void)
{
    return shihyo_ghost();
}
