/* SPDX-License-Identifier: MIT */
/*
 * The short way through lines that need no closer look: no NUL, nothing beyond ASCII, no doubled
 * quotes, the number of fields that is due. A line that begins with the same bytes as the one
 * before, up to the last of the repeating fields, is looked at only behind them: the lines of a
 * receipt share three quarters of their bytes. All others are left to csv_lines.c.
 */
#include "core/text/csv_lines_internal.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Bytes of a line that are looked at here. */
enum { MOST_BYTES = 4096, MOST_FIELDS = 1024 };

/* Bit i is byte i of 64. */
struct masks {
    uint64_t delimiter, lf;
    uint64_t odd; /* quotes, CR, NUL, bytes beyond ASCII */
};

/* A line, and what is known of it. */
struct line {
    const unsigned char *at;
    size_t room; /* bytes from there on */
    size_t fields;
    uint32_t *ends; /* of its fields, counted from at */
    uint32_t next;  /* where the next line begins */
    bool quoted;
};

#define INLINE static inline __attribute__((__always_inline__))

/* With quotes or CR: the same by the masks that csv_lines.c goes by. `n` fields end before `from`,
 * and there is no quote there. */
static bool look_closer(const struct shy_csv_lines *l, struct line *line, size_t from, size_t n)
{
    const unsigned char delimiter = l->dialect.delimiter;
    uint64_t quoting = l->dialect.no_quotes ? 0 : UINT64_MAX;
    struct shy_csv_carry carry = {.separator = from == 0 || line->at[from - 1] == delimiter};
    for (; from + SHY_CSV_BLOCK < line->room && from < MOST_BYTES; from += SHY_CSV_BLOCK) {
        struct shy_csv_masks m;
        bool high = l->classify(line->at + from, 1, delimiter, &m);
        uint64_t breaks = m.lf | m.cr, upto = breaks ^ (breaks - 1);
        const struct shy_csv_bits bits = shy_csv_look_lines(&m, quoting, &carry);
        if (high || ((bits.bad | bits.extras) & upto) != 0)
            return false;
        line->quoted = line->quoted || (m.quote & upto) != 0;
        for (uint64_t d = bits.marks & m.delimiter & upto; d != 0; d &= d - 1) {
            if (n + 1 >= line->fields)
                return false;
            line->ends[n++] = (uint32_t)from + (uint32_t)__builtin_ctzll(d);
        }
        if (breaks == 0)
            continue;
        uint32_t end = (uint32_t)from + (uint32_t)__builtin_ctzll(breaks);
        line->ends[n] = end;
        line->next = end + 1 + (line->at[end] == '\r' && line->at[end + 1] == '\n');
        return n + 1 == line->fields;
    }
    return false;
}

/* Ends of the fields from number n on, which begins at `from`. false: the line is left. */
INLINE bool find_ends(const struct shy_csv_lines *l, struct line *line, size_t from, size_t n,
                      struct masks (*look)(const unsigned char *, unsigned char))
{
    const unsigned char delimiter = l->dialect.delimiter;
    for (; from + SHY_CSV_BLOCK < line->room && from < MOST_BYTES; from += SHY_CSV_BLOCK) {
        const struct masks m = look(line->at + from, delimiter);
        uint64_t upto = m.lf ^ (m.lf - 1), odd = m.odd & upto;
        uint32_t base = (uint32_t)from, cr = 0;
        if (odd != 0) {
            cr = odd == (m.lf & (0 - m.lf)) >> 1 &&
                 line->at[from + (size_t)__builtin_ctzll(odd)] == '\r';
            if (cr == 0)
                return look_closer(l, line, from, n);
        }
        for (uint64_t d = m.delimiter & upto; d != 0; d &= d - 1) {
            if (n + 1 >= line->fields)
                return false;
            line->ends[n++] = base + (uint32_t)__builtin_ctzll(d);
        }
        if (m.lf == 0)
            continue;
        uint32_t end = base + (uint32_t)__builtin_ctzll(m.lf);
        line->ends[n] = end - cr;
        line->next = end + 1;
        return n + 1 == line->fields;
    }
    return false;
}

INLINE bool same_words(const unsigned char *a, const unsigned char *b, size_t size)
{
    uint64_t x, y, differ = 0;
    if (size < sizeof x)
        return memcmp(a, b, size) == 0;
    for (size_t i = 0; i + sizeof x < size; i += sizeof x) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        differ |= x ^ y;
    }
    memcpy(&x, a + size - sizeof x, sizeof x);
    memcpy(&y, b + size - sizeof y, sizeof y);
    return (differ | (x ^ y)) == 0;
}

INLINE struct shihyo_field field_of(const struct line *line, uint32_t number)
{
    uint32_t start = number == 0 ? 0 : line->ends[number - 1] + 1;
    return (struct shihyo_field){(const char *)line->at + start, line->ends[number] - start};
}

/* Quotes stand around the whole of a field. */
INLINE void unquote(struct shihyo_field *f)
{
    if (f->length > 0 && f->text[0] == '"') {
        f->text++;
        f->length -= 2;
    }
}

/* The run of record number i, whose line does not begin with the bytes of the one before. */
static uint32_t begin_run(struct shy_csv_lines *l, struct shihyo_csv_batch *batch, size_t i,
                          const struct line *line, bool quoted)
{
    bool same = i > 0;
    for (size_t k = 0; k < batch->repeating && same; k++) {
        const struct shihyo_field f = field_of(line, batch->wanted[k]), *before = &l->heads[k];
        same = f.length == before->length && memcmp(f.text, before->text, f.length) == 0;
    }
    if (same)
        return batch->run_of[i - 1];
    uint32_t run = i == 0 ? 0 : batch->run_of[i - 1] + 1;
    for (size_t k = 0; k < batch->repeating; k++) {
        struct shihyo_field f = l->heads[k] = field_of(line, batch->wanted[k]);
        if (quoted)
            unquote(&f);
        batch->fields[k * batch->most + run] = f;
    }
    return run;
}

/* What a batch has room for, where the compiler need not think that a field changes it. */
struct room {
    struct shihyo_field *fields;
    const uint32_t *wanted;
    uint32_t *run_of;
    int64_t *lines;
    size_t most, wanted_count, repeating;
    uint32_t last; /* of the repeating fields */
    bool shares;   /* there is one behind it */
    bool tail;     /* what is wanted behind it is all that is there, in its order */
};

static struct room room_of(const struct shihyo_csv_batch *batch)
{
    struct room room = {batch->fields,
                        batch->wanted,
                        batch->run_of,
                        batch->lines,
                        batch->most,
                        batch->wanted_count,
                        batch->repeating,
                        0,
                        false,
                        false};
    for (size_t k = 0; k < room.repeating; k++)
        room.last = room.wanted[k] > room.last ? room.wanted[k] : room.last;
    room.shares = room.repeating > 0 && room.last + 1 < batch->expected;
    room.tail = room.wanted_count - room.repeating == batch->expected - room.last - 1;
    for (size_t k = room.repeating; k < room.wanted_count; k++)
        room.tail = room.tail && room.wanted[k] == room.last + 1 + (k - room.repeating);
    return room;
}

/* The wanted fields of record i, but for those of its run. */
INLINE void put_fields(const struct room *room, const struct line *line, size_t i, bool quoted)
{
    struct shihyo_field *to = room->fields + room->repeating * room->most + i;
    for (size_t k = room->repeating; k < room->wanted_count; k++, to += room->most) {
        struct shihyo_field f = field_of(line, room->wanted[k]);
        if (quoted)
            unquote(&f);
        *to = f;
    }
}

/* A line that begins as the one before and of which all the rest is wanted: its fields are put
 * where they belong as their ends are found. `from` bytes are shared. false: it needs a closer
 * look. */
INLINE bool put_tail(const struct room *room, struct line *line, size_t from, size_t i,
                     struct masks (*look)(const unsigned char *, unsigned char),
                     unsigned char delimiter)
{
    if (from + SHY_CSV_BLOCK >= line->room)
        return false;
    const struct masks m = look(line->at + from, delimiter);
    const unsigned char *bytes = line->at + from;
    uint64_t upto = m.lf ^ (m.lf - 1), end = m.lf & (0 - m.lf), odd = m.odd & upto;
    uint64_t ends = m.delimiter & upto;
    size_t fields = room->wanted_count - room->repeating;
    /* Nothing odd, unless it is a CR right before the LF. */
    if (end == 0 || (odd != 0 && (odd != end >> 1 || bytes[__builtin_ctzll(odd)] != '\r')) ||
        (size_t)__builtin_popcountll(ends) + 1 != fields)
        return false;
    ends |= odd != 0 ? odd : end;
    struct shihyo_field *to = room->fields + room->repeating * room->most + i;
    size_t start = 0;
    for (size_t k = 0; k < fields; k++, to += room->most, ends &= ends - 1) {
        size_t stop = (size_t)__builtin_ctzll(ends);
        *to = (struct shihyo_field){(const char *)bytes + start, stop - start};
        start = stop + 1;
    }
    line->next = (uint32_t)from + (uint32_t)__builtin_ctzll(end) + 1;
    return true;
}

INLINE void take(struct shy_csv_lines *l, struct shihyo_csv_batch *batch,
                 struct masks (*look)(const unsigned char *, unsigned char),
                 bool (*same_bytes)(const unsigned char *, const unsigned char *, size_t))
{
    const struct room room = room_of(batch);
    const unsigned char *const data = l->data;
    const unsigned char delimiter = l->dialect.delimiter;
    const size_t stop = l->stop, end = l->end, first = batch->count;
    /* Bytes up to `last` and the delimiter behind it, of the line before; 0 = not known. */
    size_t at = l->at, shared = 0, i = first;
    uint32_t run = i == 0 || room.repeating == 0 ? 0 : room.run_of[i - 1];
    bool quoted = false;
    struct line line = {.fields = batch->expected, .ends = l->places};
    for (; i < room.most && at < stop; i++) {
        const unsigned char *before = line.at;
        line.at = data + at;
        line.room = end - at;
        bool same = shared > 0 && shared < line.room && same_bytes(line.at, before, shared);
        bool put =
            same && room.tail && !quoted && put_tail(&room, &line, shared, i, look, delimiter);
        if (!put) {
            line.quoted = false;
            if (!find_ends(l, &line, same ? shared : 0, same ? room.last + 1 : 0, look))
                break;
            quoted = quoted || line.quoted;
            if (room.repeating > 0 && !same)
                run = begin_run(l, batch, i, &line, quoted);
            put_fields(&room, &line, i, quoted);
            shared = room.shares ? (size_t)line.ends[room.last] + 1 : 0;
        }
        if (room.repeating > 0)
            room.run_of[i] = run;
        if (room.lines != NULL)
            room.lines[i] = l->line + (int64_t)(i - first);
        at += line.next;
    }
    l->line += (int64_t)(i - first);
    batch->count = i;
    l->at = at;
}

#if defined(__x86_64__)

static inline uint64_t bits_sse2(const __m128i v[4])
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < 4; i++)
        bits |= (uint64_t)(unsigned)_mm_movemask_epi8(v[i]) << (16 * i);
    return bits;
}

static inline struct masks look_sse2(const unsigned char *bytes, unsigned char delimiter)
{
    __m128i d[4], lf[4], odd[4];
    for (unsigned i = 0; i < 4; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
        d[i] = _mm_cmpeq_epi8(v, _mm_set1_epi8((char)delimiter));
        lf[i] = _mm_cmpeq_epi8(v, _mm_set1_epi8('\n'));
        odd[i] = _mm_or_si128(_mm_or_si128(v, _mm_cmpeq_epi8(v, _mm_set1_epi8('"'))),
                              _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\r')),
                                           _mm_cmpeq_epi8(v, _mm_setzero_si128())));
    }
    return (struct masks){bits_sse2(d), bits_sse2(lf), bits_sse2(odd)};
}

static void take_sse2(struct shy_csv_lines *l, struct shihyo_csv_batch *batch)
{
    take(l, batch, look_sse2, same_words);
}

#define AVX2 __attribute__((__target__("avx2,bmi,bmi2,popcnt")))

AVX2 static inline uint64_t bits_avx2(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << 32;
}

AVX2 static inline __m256i odd_avx2(__m256i v)
{
    return _mm256_or_si256(_mm256_or_si256(v, _mm256_cmpeq_epi8(v, _mm256_set1_epi8('"'))),
                           _mm256_or_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('\r')),
                                           _mm256_cmpeq_epi8(v, _mm256_setzero_si256())));
}

AVX2 static inline struct masks look_avx2(const unsigned char *bytes, unsigned char delimiter)
{
    const __m256i lf = _mm256_set1_epi8('\n'), d = _mm256_set1_epi8((char)delimiter);
    __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    return (struct masks){bits_avx2(_mm256_cmpeq_epi8(a, d), _mm256_cmpeq_epi8(b, d)),
                          bits_avx2(_mm256_cmpeq_epi8(a, lf), _mm256_cmpeq_epi8(b, lf)),
                          bits_avx2(odd_avx2(a), odd_avx2(b))};
}

AVX2 static inline bool same_avx2(const unsigned char *a, const unsigned char *b, size_t size)
{
    const size_t step = sizeof(__m256i);
    if (size < step)
        return same_words(a, b, size);
    __m256i differ = _mm256_setzero_si256();
    for (size_t i = 0;; i = i + step < size - step ? i + step : size - step) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(a + i));
        __m256i y = _mm256_loadu_si256((const __m256i *)(const void *)(b + i));
        differ = _mm256_or_si256(differ, _mm256_xor_si256(x, y));
        if (i == size - step)
            return _mm256_testz_si256(differ, differ) != 0;
    }
}

AVX2 static void take_avx2(struct shy_csv_lines *l, struct shihyo_csv_batch *batch)
{
    take(l, batch, look_avx2, same_avx2);
}

#endif

int shy_csv_lines_short(struct shy_csv_lines *l, struct shihyo_csv_batch *batch,
                        struct shihyo_error *err)
{
#if defined(__x86_64__)
    enum shy_csv_level level = shy_csv_chosen_level();
    if (level == SHY_CSV_PLAIN || batch->expected < 2 || batch->expected > MOST_FIELDS)
        return 0;
    for (size_t k = 0; k < batch->wanted_count; k++) {
        if (batch->wanted[k] >= batch->expected)
            return 0;
    }
    if (l->place_capacity < batch->expected &&
        !shy_grow_((void **)&l->places, &l->place_capacity, batch->expected, sizeof *l->places))
        return shy_fail_nomem(err);
    size_t before = batch->count;
    (level == SHY_CSV_AVX2 ? take_avx2 : take_sse2)(l, batch);
    if (batch->count > before)
        l->end_count = l->next_end = 0;
#else
    (void)l, (void)batch, (void)err;
#endif
    return 0;
}
