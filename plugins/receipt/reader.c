/* SPDX-License-Identifier: MIT */
/*
 * A part of a claim file, line by line. A receipt is all from its RE to the next RE, IR or GO; the
 * head (RE, HO, KO, SN) stands before what was done. In files of DPC one receipt may sum up others
 * (RE 項番19 レセプト総括区分 1, followed by 2 and 3): they are one claim, with the days and points
 * of the first and the lines of the others.
 */
#include <stdlib.h>

#include "receipt.h"

/* Bad receipts ----------------------------------------------------------------------------- */

/* The first reason stays. column is one of medical_claims. */
static void spoil(struct receipt_reader *r, uint32_t code, const char *column, int64_t line)
{
    struct receipt *c = &r->current;
    if (c->bad != 0)
        return;
    c->bad = code;
    c->bad_column = column;
    c->bad_line = line;
}

static int note(const struct receipt_reader *r, uint32_t code, uint32_t record, int64_t line)
{
    return r->listener.note == NULL ? 0 : r->listener.note(r->listener.arg, code, record, line);
}

/* Institutions ----------------------------------------------------------------------------- */

static bool read_institution(struct receipt_institution *to, const struct shihyo_field *f,
                             size_t count)
{
    *to = (struct receipt_institution){.payer = '0'};
    if (count <= IR_CODE || !receipt_digits(&f[IR_PREFECTURE], to->code, 2) ||
        !receipt_digits(&f[IR_TABLE], to->code + 2, 1) ||
        !receipt_digits(&f[IR_CODE], to->code + 3, 7))
        return false;
    if (f[IR_PAYER].length == 1)
        to->payer = f[IR_PAYER].text[0];
    if (count > IR_NAME) {
        common_copy(to->name, sizeof to->name, f[IR_NAME].text, f[IR_NAME].length);
        to->name_length = strlen(to->name);
    }
    to->billed = count > IR_BILLED ? receipt_month(&f[IR_BILLED]) : -1;
    return true;
}

static int take_institution(struct receipt_reader *r, const struct shihyo_field *f, size_t count,
                            int64_t line)
{
    r->institution.known = read_institution(&r->institution, f, count);
    if (!r->institution.known || r->listener.institution == NULL)
        return 0;
    return r->listener.institution(r->listener.arg, r, line);
}

/* Points ----------------------------------------------------------------------------------- */

/* A receipt, or each of those that it sums up, says what its lines come to. */
static void close_points(struct receipt *c)
{
    if (c->part_insured && !c->uncertain && !(c->summary && !c->detail) &&
        c->lines_sum != c->part_points)
        c->differs = true;
    if (c->detail)
        c->details_sum += c->part_points;
    c->lines_sum = c->part_points = 0;
    c->part_insured = c->uncertain = false;
}

/* Points of a line times how often, where medical insurance bears a part and it is no yen. */
static void add_points(struct receipt *c, const struct shihyo_field *share, int64_t points,
                       int64_t times)
{
    int insured = share->length == 1 ? receipt_share_insured(share->text[0]) : -1;
    if (c->donor || insured < 0)
        c->uncertain = true;
    else if (insured > 0 && strcmp(c->section, SECTION_MEALS) != 0)
        c->lines_sum += points * times;
}

/* Heads ------------------------------------------------------------------------------------ */

static void begin_receipt(struct receipt_reader *r, int64_t line)
{
    r->current = (struct receipt){.line = line, .admitted = INT32_MIN};
    r->open = true;
}

/* Of an inpatient's receipt. Left blank it is not told. */
static void read_admission(struct receipt_reader *r, const struct shihyo_field *f, int64_t line)
{
    if (f->length == 0)
        return;
    common_copy(r->current.admitted_text, sizeof r->current.admitted_text, f->text, f->length);
    r->current.admitted = receipt_day(f);
    if (r->current.admitted == INT32_MIN)
        spoil(r, E_PERIOD, "admitted_on", line);
}

static void read_head(struct receipt_reader *r, const struct shihyo_field *f, size_t count,
                      int64_t line)
{
    struct receipt *c = &r->current;
    if (count <= RE_BIRTH) {
        spoil(r, E_FIELDS, "", line);
        return;
    }
    size_t length = f[RE_NUMBER].length;
    if (length < sizeof c->number_text)
        memcpy(c->number_text, f[RE_NUMBER].text, length);
    if (length == 0 || length >= sizeof c->number_text)
        spoil(r, E_VALUE, "claim", line);
    common_copy(c->type_text, sizeof c->type_text, f[RE_TYPE].text, f[RE_TYPE].length);
    common_copy(c->month_text, sizeof c->month_text, f[RE_MONTH].text, f[RE_MONTH].length);
    if (!receipt_type_read(f[RE_TYPE].text, f[RE_TYPE].length, &c->inpatient))
        spoil(r, E_VALUE, "setting", line);
    c->month = receipt_month(&f[RE_MONTH]);
    if (c->month < 0)
        spoil(r, E_PERIOD, "month", line);
    const struct shihyo_field *sex = &f[RE_SEX];
    if (sex->length != 1 || (sex->text[0] != '1' && sex->text[0] != '2'))
        spoil(r, E_VALUE, "person", line);
    else
        c->female = sex->text[0] == '2';
    c->birth = receipt_date(&f[RE_BIRTH]);
    if (c->birth < 0)
        spoil(r, E_PERIOD, "person", line);
    else if (c->birth / 100 > c->month)
        spoil(r, E_VALUE, "person", line);
    if (c->inpatient && count > RE_ADMITTED)
        read_admission(r, &f[RE_ADMITTED], line);
    if (!r->institution.known)
        spoil(r, E_LAYOUT, "institution", line);
}

/* Of files of DPC the item is one digit; in those of medical care its place has another item, of
 * thirty digits (検索番号). */
static char summary_kind(const struct shihyo_field *f, size_t count)
{
    return count > RE_SUMMARY && f[RE_SUMMARY].length == 1 ? f[RE_SUMMARY].text[0] : '\0';
}

static int end_receipt(struct receipt_reader *r);

static int take_head(struct receipt_reader *r, const struct shihyo_field *f, size_t count,
                     int64_t line)
{
    char kind = summary_kind(f, count);
    bool detail = kind == '2' || kind == '3';
    if (detail && r->open && r->current.summary) {
        close_points(&r->current);
        r->current.detail = true;
        r->current.donor = false;
        r->current.section[0] = '\0';
        return 0;
    }
    int code = end_receipt(r);
    begin_receipt(r, line);
    r->current.summary = kind == '1';
    r->current.dpc = kind == '0' || kind == '1' || detail;
    if (detail)
        spoil(r, E_CLAIM, "claim", line);
    read_head(r, f, count, line);
    return code;
}

/* Insurers of the late-stage elderly begin with 39; of national health insurance they have six
 * digits, or eight with 67 in front for retired employees. */
static bool is_read(const char *insurer, bool *late)
{
    *late = memcmp(insurer, "39", 2) == 0;
    return *late || memcmp(insurer, "00", 2) == 0 || memcmp(insurer, "67", 2) == 0;
}

static void read_insured(struct receipt_reader *r, const struct shihyo_field *f, int64_t line)
{
    struct receipt *c = &r->current;
    if (!receipt_digits(&f[HO_INSURER], c->insurer, 8)) {
        spoil(r, E_VALUE, "person", line);
        return;
    }
    c->other = !is_read(c->insurer, &c->late);
    c->symbol_length = receipt_insured(r->source->host, &f[HO_SYMBOL], c->symbol);
    c->insured_number_length = receipt_insured(r->source->host, &f[HO_NUMBER], c->insured_number);
    if (c->symbol_length == RECEIPT_TEXT || c->insured_number_length == RECEIPT_TEXT)
        spoil(r, E_VALUE, "person", line);
    else if (c->insured_number_length == 0 && !c->other)
        spoil(r, E_NO_VALUE, "person", line);
    /* The late-stage elderly have a number alone; some systems write a symbol all the same. */
    if (c->late)
        c->symbol_length = 0;
}

static void take_insurer(struct receipt_reader *r, const struct shihyo_field *f, size_t count,
                         int64_t line)
{
    struct receipt *c = &r->current;
    int64_t days = 0, points = 0;
    bool blank;
    if (count <= HO_POINTS) {
        spoil(r, E_FIELDS, "", line);
        return;
    }
    if (!receipt_number(&f[HO_POINTS], &points, &blank))
        spoil(r, E_NUMBER, "points", line);
    if (!receipt_number(&f[HO_DAYS], &days, &blank))
        spoil(r, E_NUMBER, "days", line);
    c->part_points = points;
    c->part_insured = true;
    if (c->detail)
        return;
    c->insured = true;
    c->days = days;
    c->points = c->tally.points = points;
    c->tally.receipts++;
    read_insured(r, f, line);
}

static void take_public(struct receipt *c, const struct shihyo_field *f, size_t count)
{
    int64_t points = 0;
    bool blank;
    if (c->detail)
        return;
    if (count > KO_POINTS && !c->insured && c->tally.receipts == 0 &&
        receipt_number(&f[KO_POINTS], &points, &blank))
        c->tally.points = points;
    c->tally.receipts++;
}

static void take_branch(struct receipt *c, const struct shihyo_field *f, size_t count)
{
    if (count > SN_BRANCH && f[SN_PARTY].length == 1 && f[SN_PARTY].text[0] == '1' && !c->detail)
        (void)receipt_digits(&f[SN_BRANCH], c->branch, 2);
}

/* A receipt has an outcome for each disease: one that ended in death is the person's death. */
static void take_outcome(struct receipt *c, int death)
{
    if (death > 0)
        c->outcome = 'd';
    else if (death == 0 && c->outcome == 0)
        c->outcome = 'a';
}

const char *receipt_outcome_word(const struct receipt *c)
{
    return c->outcome == 0 ? "" : c->outcome == 'd' ? "death" : "alive";
}

static void take_group(struct receipt_reader *r, const struct shihyo_field *f, size_t count,
                       int64_t line)
{
    struct receipt *c = &r->current;
    c->dpc = true;
    if (count > BU_ADMITTED && c->admitted == INT32_MIN)
        read_admission(r, &f[BU_ADMITTED], line);
    if (count > BU_OUTCOME)
        take_outcome(c, receipt_dpc_outcome_death(f[BU_OUTCOME].text, f[BU_OUTCOME].length));
}

/* Of a disease only how it ended. What else it holds is free text, whose signs cost nothing. */
static void take_disease(struct receipt *c, const struct shihyo_field *text)
{
    struct shihyo_field f[SY_OUTCOME + 1];
    if (receipt_split(text->text, text->length, f, SY_OUTCOME + 1) > SY_OUTCOME)
        take_outcome(c, receipt_outcome_death(f[SY_OUTCOME].text, f[SY_OUTCOME].length));
}

/* Identity --------------------------------------------------------------------------------- */

/* Puts texts together with a sign between that none of them has. */
static size_t add(char *to, size_t used, const char *text, size_t length)
{
    memcpy(to + used, text, length);
    to[used + length] = '\x1f';
    return used + length + 1;
}

static void name_person(const struct receipt_reader *r, struct receipt *c)
{
    char text[2 * RECEIPT_TEXT + 64];
    size_t used = add(text, 0, c->insurer, 8);
    used = add(text, used, c->symbol, c->symbol_length);
    used = add(text, used, c->insured_number, c->insured_number_length);
    used = add(text, used, c->female ? "2" : "1", 1);
    used = add(text, used, (const char *)&c->birth, sizeof c->birth);
    if (r->source->branch)
        used = add(text, used, c->branch, strlen(c->branch));
    receipt_id(text, used, c->person);
}

/* Numbers of receipts begin anew with the institution, the month of the claim, the body that is
 * billed, and in the file for DPC. */
static size_t add_sending(const struct receipt_reader *r, char *text)
{
    const struct receipt_institution *i = &r->institution;
    size_t used = add(text, 0, i->code, 10);
    used = add(text, used, &i->payer, 1);
    used = add(text, used, (const char *)&i->billed, sizeof i->billed);
    return add(text, used, r->current.dpc ? "D" : "C", 1);
}

void receipt_name_numbers(const struct receipt_reader *r, int64_t block, char out[RECEIPT_ID])
{
    char text[64];
    size_t used = add_sending(r, text);
    if (block < 0)
        used = add(text, used, r->current.number_text, strlen(r->current.number_text));
    used = add(text, used, (const char *)&block, sizeof block);
    receipt_id(text, used, out);
}

static void name_claim(const struct receipt_reader *r, struct receipt *c)
{
    char text[64];
    size_t used = add_sending(r, text);
    used = add(text, used, c->number_text, strlen(c->number_text));
    receipt_id(text, used, c->claim);
}

/* Called before the first line of what was done, and at the end: the head is complete. */
static void settle(struct receipt_reader *r)
{
    struct receipt *c = &r->current;
    if (c->settled)
        return;
    c->settled = true;
    /* Public funds alone. A receipt that is spoilt may have lost its HO. */
    c->other = c->other || (!c->insured && c->bad == 0);
    if (c->bad != 0 || c->other)
        return;
    name_person(r, c);
    name_claim(r, c);
    if (r->doubles != NULL &&
        receipt_is_double(r->doubles, c, (size_t)(r->part - r->source->parts)))
        spoil(r, E_KEY, "claim", c->line);
}

static int end_receipt(struct receipt_reader *r)
{
    struct receipt *c = &r->current;
    if (!r->open)
        return 0;
    settle(r);
    close_points(c);
    if (c->summary && c->detail && c->insured && c->details_sum != c->points)
        c->differs = true;
    r->open = false;
    return r->listener.receipt == NULL ? 0 : r->listener.receipt(r->listener.arg, r);
}

/* Lines ------------------------------------------------------------------------------------ */

static void sum_item(struct receipt *c, const struct shihyo_field *f, size_t count)
{
    int64_t points, times;
    bool blank;
    if (count > SI_SECTION && f[SI_SECTION].length == 2)
        memcpy(c->section, f[SI_SECTION].text, 2);
    if (count > SI_TIMES && receipt_number(&f[SI_POINTS], &points, &blank) &&
        receipt_number(&f[SI_TIMES], &times, &blank))
        add_points(c, &f[SI_SHARE], points, times);
    else
        c->uncertain = true;
}

static int take_item(struct receipt_reader *r, const struct shihyo_field *f, size_t count,
                     int64_t line)
{
    struct receipt *c = &r->current;
    settle(r);
    if (r->listener.sums)
        sum_item(c, f, count);
    /* What was done to the donor of an organ is on the receipt of who received it. */
    if (c->bad != 0 || c->other || c->donor || r->listener.item == NULL)
        return 0;
    return r->listener.item(r->listener.arg, r, f, count, line);
}

static void take_lump(struct receipt *c, const struct shihyo_field *f, size_t count)
{
    int64_t points;
    bool blank;
    c->dpc = true;
    c->section[0] = '\0';
    if (count > GT_POINTS && receipt_number(&f[GT_POINTS], &points, &blank) && !blank)
        add_points(c, &f[GT_SHARE], points, 1);
}

static int take_of_receipt(struct receipt_reader *r, uint32_t record, const struct shihyo_field *f,
                           size_t count, int64_t line)
{
    struct receipt *c = &r->current;
    /* Who it was is known too late: lines before would be another person's. */
    if (c->settled && !c->detail && (record == RECORD('H', 'O') || record == RECORD('S', 'N'))) {
        c->other = false;
        spoil(r, E_LAYOUT, "person", line);
        return 0;
    }
    switch (record) {
    case RECORD('S', 'I'):
    case RECORD('I', 'Y'):
    case RECORD('T', 'O'):
        return take_item(r, f, count, line);
    case RECORD('H', 'O'):
        take_insurer(r, f, count, line);
        break;
    case RECORD('K', 'O'):
        take_public(c, f, count);
        break;
    case RECORD('S', 'N'):
        take_branch(c, f, count);
        break;
    case RECORD('G', 'T'):
        take_lump(c, f, count);
        break;
    case RECORD('B', 'U'):
        take_group(r, f, count, line);
        break;
    default: /* TI, TR */
        c->donor = true;
        break;
    }
    return 0;
}

static int take_line(struct receipt_reader *r, const struct shihyo_field *text, int64_t line)
{
    struct shihyo_field f[RECEIPT_FIELDS];
    uint32_t record = receipt_record(text->text, text->length);
    enum receipt_use use = receipt_use_of(record);
    bool item =
        record == RECORD('S', 'I') || record == RECORD('I', 'Y') || record == RECORD('T', 'O');
    if (item && r->open && r->listener.item == NULL && !r->listener.sums) {
        settle(r);
        return 0;
    }
    if (use == USE_UNKNOWN)
        return note(r, E_RECORD_UNKNOWN, record, line);
    if (record == RECORD('S', 'Y') && r->open)
        take_disease(&r->current, text);
    if (use == USE_UNUSED)
        return 0;
    size_t most = use == USE_RECEIPT && record != RECORD('R', 'E') ? GT_POINTS + 1 : RECEIPT_FIELDS;
    size_t count = receipt_split(text->text, text->length, f, most);
    if (record == RECORD('R', 'E'))
        return take_head(r, f, count, line);
    if (use == USE_RECEIPT)
        return r->open ? take_of_receipt(r, record, f, count, line)
                       : note(r, E_RECORD_STRAY, record, line);
    int code = end_receipt(r);
    if (code == 0 && record == RECORD('I', 'R'))
        code = take_institution(r, f, count, line);
    if (code == 0 && record == RECORD('G', 'O') && r->listener.total != NULL)
        code = r->listener.total(r->listener.arg, f, count, line);
    return code;
}

/* Lines that the host cannot give ----------------------------------------------------------- */

/* What struct shihyo_csv_batch calls broken. Which line it was decides what it costs; they are
 * looked at in their order among the others. */
static int keep_broken(void *arg, const struct shihyo_error *err)
{
    struct receipt_reader *r = arg;
    if (r->broken_count == r->broken_capacity) {
        size_t capacity = r->broken_capacity == 0 ? 16 : r->broken_capacity * 2;
        struct broken *items = realloc(r->broken, capacity * sizeof *items);
        r->broken_nomem = r->broken_nomem || items == NULL;
        if (items == NULL)
            return SHIHYO_NOMEM;
        r->broken = items;
        r->broken_capacity = capacity;
    }
    r->broken[r->broken_count++] = (struct broken){err->row, err->code};
    return 0;
}

/* Bytes that are no characters spoil one line. A hole in the file (NUL, a line without end) may
 * hide any number of them, and so may a line of an archive that cannot be looked at. */
static int take_broken(struct receipt_reader *r, const struct broken *b)
{
    int code = 0;
    uint32_t record = receipt_peek_record(&r->peek, r->source, r->part, b->line);
    enum receipt_use use = receipt_use_of(record);
    bool hole = b->code != E_ENCODING || r->peek.closed;
    if (use == USE_UNUSED && !hole)
        return 0;
    if (record == RECORD('R', 'E') || use == USE_FILE || !r->open) {
        code = end_receipt(r);
        begin_receipt(r, b->line);
    }
    spoil(r, b->code, "", b->line);
    if (hole || record == RECORD('I', 'R'))
        r->institution.known = false;
    /* Of a line that is no receipt's the rejected "receipt" is all there is. */
    return code == 0 && use == USE_FILE ? end_receipt(r) : code;
}

/* Parts ------------------------------------------------------------------------------------ */

int receipt_reader_open(struct receipt_reader *r, const struct shihyo_source *s,
                        const struct receipt_part *part, const struct receipt_listener *listener,
                        struct shihyo_error *err)
{
    static const uint32_t whole_line[] = {0};
    struct shihyo_field line, f[RECEIPT_FIELDS];
    struct shihyo_csv *before;
    *r = (struct receipt_reader){.source = s, .part = part, .listener = *listener};
    r->records = (struct shihyo_csv_batch){
        SHIHYO_ABI_INIT(struct shihyo_csv_batch),
        .wanted = whole_line,
        .wanted_count = 1,
        .most = RECEIPT_LINES,
        .fields = r->texts,
        .lines = r->lines,
        .broken = keep_broken,
        .arg = r,
    };
    int code = receipt_last_institution(s, part, &before, &line, err);
    if (before != NULL) {
        size_t count = receipt_split(line.text, line.length, f, RECEIPT_FIELDS);
        r->institution.known = read_institution(&r->institution, f, count);
        s->host->text->csv_close(before);
    }
    return code != 0 ? code : receipt_open_part(s, part, &r->csv, err);
}

static int fetch(struct receipt_reader *r, struct shihyo_error *err)
{
    const struct shihyo_host *host = r->source->host;
    if (host->cancelled())
        return host->error(err, SHIHYO_CANCELLED, 0, N_("Stopped."));
    r->broken_count = r->next_broken = r->next_text = 0;
    int code = host->text->csv_batch(r->csv, &r->records, err);
    return code != 0 && r->broken_nomem ? common_nomem(host, err) : code;
}

static int end_part(struct receipt_reader *r)
{
    r->ended = true;
    atomic_store(&((struct receipt_part *)(uintptr_t)r->part)->lines,
                 r->source->host->text->csv_line(r->csv));
    return end_receipt(r);
}

int receipt_reader_step(struct receipt_reader *r, struct shihyo_error *err)
{
    int code = 0;
    bool fetched = r->next_text == r->records.count && r->next_broken == r->broken_count;
    r->paused = false;
    if (fetched)
        code = fetch(r, err);
    while (code == 0 && !r->paused &&
           (r->next_text < r->records.count || r->next_broken < r->broken_count)) {
        size_t i = r->next_text;
        bool broken = r->next_broken < r->broken_count &&
                      (i == r->records.count || r->broken[r->next_broken].line < r->lines[i]);
        code = broken ? take_broken(r, &r->broken[r->next_broken++])
                      : take_line(r, &r->texts[r->next_text++], r->lines[i]);
    }
    return code == 0 && fetched && r->records.count == 0 && !r->paused ? end_part(r) : code;
}

void receipt_reader_close(struct receipt_reader *r)
{
    if (r->csv != NULL)
        r->source->host->text->csv_close(r->csv);
    receipt_peek_close(&r->peek);
    free(r->broken);
}
