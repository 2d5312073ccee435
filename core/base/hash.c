/* SPDX-License-Identifier: MIT */
#include "core/base/hash.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/base/hash_wide.h"
#include "core/base/i18n.h"
#include "core/base/mem.h"

enum { HASH_BYTES = 32, READ_BYTES = 1 << 16, LARGE_READ_BYTES = 1 << 18 };

/* Lets libsodium choose the fast code for this processor. Without it the result is the same, so a
 * failure does not matter. */
static void prepare(void)
{
    if (sodium_init() < 0)
        return;
}

static void to_hex(const unsigned char *bytes, char out[SHY_HASH_TEXT])
{
    (void)sodium_bin2hex(out, SHY_HASH_TEXT, bytes, HASH_BYTES);
}

void shy_hash_bytes(const void *bytes, size_t length, char out[SHY_HASH_TEXT])
{
    unsigned char hash[HASH_BYTES];
    prepare();
    (void)crypto_generichash(hash, sizeof hash, bytes, length, NULL, 0);
    to_hex(hash, out);
}

void shy_hash_short(const void *bytes, size_t length, unsigned char out[16])
{
    prepare();
    (void)crypto_generichash(out, 16, bytes, length, NULL, 0);
}

/* As for every input: not there, or there and not readable. */
static int fail_read(struct shihyo_error *err, int errno_value, const char *path)
{
    int code = shy_fail_os(err, errno_value, _("The file cannot be read"), path);
    if (code != SHY_E_OS)
        return code;
    if (err != NULL)
        err->code = SHY_E_FILE_IO;
    return SHY_E_FILE_IO;
}

/* Reads rather than maps: a delivery of tens of gigabytes must not show as memory in use. */
int shy_hash_file(const char *path, char out[SHY_HASH_TEXT], int64_t *size,
                  struct shihyo_error *err)
{
    unsigned char buffer[READ_BYTES], hash[HASH_BYTES];
    crypto_generichash_state state;
    int64_t total = 0;
    size_t got;
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return fail_read(err, errno, path);
    /* We read in large pieces ourselves. */
    setbuf(f, NULL);
    prepare();
    (void)crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    errno = 0;
    while ((got = fread(buffer, 1, sizeof buffer, f)) > 0) {
        (void)crypto_generichash_update(&state, buffer, got);
        total += (int64_t)got;
    }
    int error = ferror(f) ? (errno != 0 ? errno : EIO) : 0;
    (void)fclose(f);
    if (error != 0)
        return fail_read(err, error, path);
    (void)crypto_generichash_final(&state, hash, sizeof hash);
    to_hex(hash, out);
    if (size != NULL)
        *size = total;
    return 0;
}

void shy_hash_block(const void *bytes, size_t length, struct shy_block_hash *out)
{
    XXH128_canonical_t hash;
    XXH128_hash_t value;
    if (shy_hash_wide_usable()) {
        uint64_t halves[2];
        shy_hash_wide(bytes, length, halves);
        value = (XXH128_hash_t){halves[0], halves[1]};
    } else {
        value = XXH3_128bits(bytes, length);
    }
    XXH128_canonicalFromHash(&hash, value);
    memcpy(out->bytes, hash.digest, sizeof out->bytes);
}

size_t shy_hash_block_count(int64_t size)
{
    return ((size_t)size + SHY_HASH_BLOCK - 1) / SHY_HASH_BLOCK;
}

void shy_hash_of_blocks(int64_t size, const struct shy_block_hash *blocks, char out[SHY_HASH_TEXT])
{
    unsigned char head[sizeof size], hash[HASH_BYTES];
    crypto_generichash_state state;
    for (size_t i = 0; i < sizeof head; i++)
        head[i] = (unsigned char)((uint64_t)size >> (8 * i));
    prepare();
    (void)crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    (void)crypto_generichash_update(&state, head, sizeof head);
    (void)crypto_generichash_update(&state, blocks[0].bytes,
                                    shy_hash_block_count(size) * sizeof *blocks);
    (void)crypto_generichash_final(&state, hash, sizeof hash);
    to_hex(hash, out);
}

static int read_blocks(FILE *f, char *buffer, int64_t size, const unsigned char *have,
                       struct shy_block_hash *blocks)
{
    size_t count = shy_hash_block_count(size), at = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        size_t left = (size_t)size - i * SHY_HASH_BLOCK;
        size_t length = left < SHY_HASH_BLOCK ? left : SHY_HASH_BLOCK;
        if (have != NULL && have[i] != 0)
            continue;
        if (at != i && fseeko(f, (off_t)(i * SHY_HASH_BLOCK), SEEK_SET) != 0)
            return errno;
        errno = 0;
        if (fread(buffer, 1, length, f) != length)
            return errno != 0 ? errno : EIO;
        shy_hash_block(buffer, length, &blocks[i]);
        at = i + 1;
    }
    return 0;
}

int shy_hash_read_blocks(const char *path, int64_t size, const unsigned char *have,
                         struct shy_block_hash *blocks, struct shihyo_error *err)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return fail_read(err, errno, path);
    setbuf(f, NULL);
    char *buffer = shy_alloc(SHY_HASH_BLOCK, 1);
    int error = buffer == NULL ? 0 : read_blocks(f, buffer, size, have, blocks);
    (void)fclose(f);
    shy_free(buffer);
    if (buffer == NULL)
        return shy_fail_nomem(err);
    return error == 0 ? 0 : fail_read(err, error, path);
}

int shy_hash_whole_file(const char *path, char out[SHY_HASH_TEXT], int64_t *size,
                        struct shihyo_error *err)
{
    int64_t total = 0;
    size_t got;
    XXH3_state_t state;
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return fail_read(err, errno, path);
    setbuf(f, NULL);
    char *buffer = shy_alloc(LARGE_READ_BYTES, 1);
    if (buffer == NULL) {
        (void)fclose(f);
        return shy_fail_nomem(err);
    }
    (void)XXH3_128bits_reset(&state);
    errno = 0;
    while ((got = fread(buffer, 1, LARGE_READ_BYTES, f)) > 0) {
        (void)XXH3_128bits_update(&state, buffer, got);
        total += (int64_t)got;
    }
    int error = ferror(f) ? (errno != 0 ? errno : EIO) : 0;
    (void)fclose(f);
    shy_free(buffer);
    if (error != 0)
        return fail_read(err, error, path);
    XXH128_canonical_t hash;
    XXH128_canonicalFromHash(&hash, XXH3_128bits_digest(&state));
    unsigned char bytes[sizeof hash.digest + sizeof total];
    for (size_t i = 0; i < sizeof total; i++)
        bytes[i] = (unsigned char)((uint64_t)total >> (8 * i));
    memcpy(bytes + sizeof total, hash.digest, sizeof hash.digest);
    shy_hash_bytes(bytes, sizeof bytes, out);
    if (size != NULL)
        *size = total;
    return 0;
}

/* The header-only form: no library call for the short keys of dictionaries. The value is part of
 * the store's format and the same in every version of xxHash since 0.8. */
uint64_t shy_checksum(const void *bytes, size_t length)
{
    return XXH3_64bits(bytes, length);
}

struct shy_key shy_hash_key(const void *bytes, size_t length)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, length);
    return (struct shy_key){hash.low64, hash.high64};
}
