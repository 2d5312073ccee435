/* SPDX-License-Identifier: MIT */
/* Layouts, offsets and formats are those of the Arrow specification ("Arrow Columnar Format",
 * "The Arrow C data interface"); the arrays of these tests are laid out by hand from it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/mem.h"
#include "core/base/period.h"
#include "core/contract/batch.h"
#include "core/contract/table.h"

#define ANY .min = 1, .max = 0
#define NULLABLE SHY_COLUMN_NULLABLE
static const struct shy_column columns[] = {
    {.name = "code", .type = SHY_CODE_T, .flags = NULLABLE, ANY},
    {.name = "note", .type = SHY_TEXT_T, .flags = NULLABLE, ANY},
    {.name = "n", .type = SHY_INT_T, .flags = NULLABLE, ANY},
    {.name = "flag", .type = SHY_BOOL_T, .flags = NULLABLE, ANY},
    {.name = "month", .type = SHY_MONTH_T, .flags = NULLABLE, ANY},
    {.name = "day", .type = SHY_DATE_T, .flags = NULLABLE, ANY},
    {.name = "period", .type = SHY_PERIOD_T, .flags = NULLABLE, ANY},
    {.name = "rate",
     .type = SHY_DECIMAL_T,
     .flags = NULLABLE | SHY_COLUMN_MEASURE,
     .scale = 2,
     ANY},
    {.name = "whole", .type = SHY_DECIMAL_T, .flags = NULLABLE, .scale = 0, ANY},
};
static const struct shy_contract contract = {
    .id = "facts.arrow",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

static struct shy_table *table;
static struct shihyo_error err;

static int setup(void **state)
{
    (void)state;
    shy_error_reset(&err);
    table = NULL;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_table_free(table);
    return 0;
}

/* A batch of up to two columns laid out by hand; nothing of it is on the heap. */
struct batch {
    struct ArrowSchema schema, child_schemas[2], *schema_list[2];
    struct ArrowArray array, child_arrays[2], *array_list[2];
    const void *buffers[2][3];
    const void *parent_buffers[1];
};

static void keep_schema(struct ArrowSchema *s)
{
    (void)s;
}

static void keep_array(struct ArrowArray *a)
{
    (void)a;
}

static void begin(struct batch *b, int64_t rows)
{
    memset(b, 0, sizeof *b);
    b->schema = (struct ArrowSchema){
        .format = "+s", .name = "", .release = keep_schema, .children = b->schema_list};
    b->array = (struct ArrowArray){.length = rows,
                                   .n_buffers = 1,
                                   .buffers = b->parent_buffers,
                                   .children = b->array_list,
                                   .release = keep_array};
}

static struct ArrowArray *add(struct batch *b, const char *name, const char *format,
                              const void *validity, const void *values, const void *bytes)
{
    size_t i = (size_t)b->schema.n_children;
    b->buffers[i][0] = validity;
    b->buffers[i][1] = values;
    b->buffers[i][2] = bytes;
    b->child_schemas[i] =
        (struct ArrowSchema){.format = format, .name = name, .release = keep_schema};
    b->child_arrays[i] = (struct ArrowArray){.length = b->array.length,
                                             .null_count = validity == NULL ? 0 : -1,
                                             .n_buffers = bytes == NULL ? 2 : 3,
                                             .buffers = b->buffers[i],
                                             .release = keep_array};
    b->schema_list[i] = &b->child_schemas[i];
    b->array_list[i] = &b->child_arrays[i];
    b->schema.n_children = b->array.n_children = (int64_t)i + 1;
    return &b->child_arrays[i];
}

static void open_one(const char *name)
{
    shy_table_free(table);
    assert_int_equal(shy_table_new(&contract, &name, 1, &table, &err), 0);
}

static int append(struct batch *b)
{
    return shy_table_append_arrow(table, &b->schema, &b->array, &err);
}

static void expect_data(const int64_t *expected, size_t count)
{
    assert_int_equal(table->rows, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(table->columns[0].state[i], SHIHYO_STATE_OK);
        assert_int_equal(table->columns[0].data[i], expected[i]);
    }
}

static void test_arrow_formats(void **state)
{
    (void)state;
    static const char *const expected[] = {"u", "u", "l", "b", "i", "tdD", "u", "d:18,2", "d:18,0"};
    for (size_t i = 0; i < contract.column_count; i++)
        assert_string_equal(shy_arrow_format(&columns[i]), expected[i]);
}

static void test_arrow_text(void **state)
{
    (void)state;
    static const int32_t offsets[] = {0, 2, 2, 4, 10};
    static const uint8_t valid[] = {0x0d}; /* rows 0, 2, 3 */
    struct batch b;
    begin(&b, 4);
    add(&b, "code", "u", valid, offsets, "2929東京");
    open_one("code");
    assert_int_equal(append(&b), 0);
    assert_int_equal(append(&b), 0);
    assert_int_equal(table->rows, 8);
    assert_string_equal(shy_table_text(table, 0, 0), "29");
    assert_int_equal(table->columns[0].state[1], SHIHYO_STATE_MISSING);
    assert_string_equal(shy_table_text(table, 6, 0), "29");
    assert_string_equal(shy_table_text(table, 7, 0), "東京");
    assert_int_equal(table->columns[0].dict.count, 2);
}

static void test_arrow_large_and_fixed_text(void **state)
{
    (void)state;
    static const int64_t offsets[] = {1, 3, 6};
    struct batch b;
    begin(&b, 2);
    add(&b, "code", "U", NULL, offsets, "xabcde");
    open_one("code");
    assert_int_equal(append(&b), 0);
    assert_string_equal(shy_table_text(table, 0, 0), "ab");
    assert_string_equal(shy_table_text(table, 1, 0), "cde");
    begin(&b, 3);
    add(&b, "code", "w:4", NULL, "ab\0\0cd  efgh", NULL);
    assert_int_equal(append(&b), 0);
    assert_string_equal(shy_table_text(table, 2, 0), "ab");
    assert_string_equal(shy_table_text(table, 3, 0), "cd");
    assert_string_equal(shy_table_text(table, 4, 0), "efgh");
}

/* Two short texts, one of a second buffer, one that is not there. */
static void test_arrow_views(void **state)
{
    (void)state;
    static const struct shy_text_view views[] = {
        {2, 'a' | 'b' << 8, 0, 0}, {0, 0, 0, 0}, {13, 0, 1, 2}, {13, 0, 9, 9}};
    static const int64_t sizes[] = {0, 15};
    static const uint8_t validity[] = {0x07};
    const void *buffers[] = {validity, views, NULL, "xxabcdefghijklm", sizes};
    struct batch b;
    begin(&b, 3);
    struct ArrowArray *array = add(&b, "code", "vu", NULL, views, NULL);
    array->n_buffers = 5;
    array->buffers = buffers;
    array->null_count = -1;
    open_one("code");
    assert_int_equal(append(&b), 0);
    assert_string_equal(shy_table_text(table, 0, 0), "ab");
    assert_string_equal(shy_table_text(table, 1, 0), "");
    assert_string_equal(shy_table_text(table, 2, 0), "abcdefghijklm");
    /* The fourth lies in no buffer, whether it is a value or not. */
    b.array.length = array->length = 4;
    assert_int_equal(append(&b), SHY_E_PLUGIN_STREAM);
    assert_int_equal(table->rows, 3);
    b.array.length = array->length = 3;
    buffers[4] = (const int64_t[]){0, 14};
    assert_int_equal(append(&b), SHY_E_PLUGIN_STREAM);
    array->n_buffers = 2;
    assert_int_equal(append(&b), SHY_E_PLUGIN_STREAM);
}

static void test_arrow_numbers(void **state)
{
    (void)state;
    static const int64_t wide[] = {-5, INT64_MAX};
    static const int32_t narrow[] = {-5, INT32_MAX};
    struct batch b;
    begin(&b, 2);
    add(&b, "n", "l", NULL, wide, NULL);
    open_one("n");
    assert_int_equal(append(&b), 0);
    expect_data(wide, 2);
    begin(&b, 2);
    add(&b, "n", "i", NULL, narrow, NULL);
    open_one("n");
    assert_int_equal(append(&b), 0);
    expect_data((int64_t[]){-5, INT32_MAX}, 2);
    static const uint8_t bits[] = {0x02};
    begin(&b, 2);
    add(&b, "flag", "b", NULL, bits, NULL);
    open_one("flag");
    assert_int_equal(append(&b), 0);
    expect_data((int64_t[]){0, 1}, 2);
    begin(&b, 2);
    add(&b, "whole", "l", NULL, wide, NULL);
    open_one("whole");
    assert_int_equal(append(&b), 0);
    expect_data(wide, 2);
    /* 2024-10-01 is day 19997. */
    static const int32_t days[] = {19997, -1};
    begin(&b, 2);
    add(&b, "day", "tdD", NULL, days, NULL);
    open_one("day");
    assert_int_equal(append(&b), 0);
    expect_data((int64_t[]){19997, -1}, 2);
    assert_int_equal(shy_date_of(2024, 10, 1), 19997);
}

static void test_arrow_months(void **state)
{
    (void)state;
    static const int32_t months[] = {202404, 202413, 0, -202401, 199912};
    struct batch b;
    begin(&b, 5);
    add(&b, "month", "i", NULL, months, NULL);
    open_one("month");
    assert_int_equal(append(&b), 0);
    expect_data((int64_t[]){2024 * 12 + 3, -1, -1, -1, 1999 * 12 + 11}, 5);
    assert_int_equal(shy_table_check_row(table, 0, &err), 0);
    assert_int_equal(shy_table_check_row(table, 1, &err), SHY_E_CONTRACT_VALUE);
}

static void test_arrow_decimal(void **state)
{
    (void)state;
    static const int64_t values[] = {12345, 0, -12345, -1, INT64_MIN, -1};
    static const int64_t beyond[] = {0, 1};
    struct batch b;
    begin(&b, 3);
    add(&b, "rate", "d:18,2", NULL, values, NULL);
    open_one("rate");
    assert_int_equal(append(&b), 0);
    expect_data((int64_t[]){12345, -12345, INT64_MIN}, 3);
    begin(&b, 1);
    add(&b, "rate", "d:38,2", NULL, beyond, NULL);
    assert_int_equal(append(&b), SHY_E_OVERFLOW);
    assert_int_equal(err.row, 1);
    assert_int_equal(table->rows, 3);
}

static void test_arrow_states(void **state)
{
    (void)state;
    static const int64_t values[] = {1, 0, 0, 0, 3, 0, 4, 0};
    static const uint8_t valid[] = {0x0d};
    static const uint8_t states[] = {SHIHYO_STATE_OK, SHIHYO_STATE_MASKED, SHIHYO_STATE_PARTIAL,
                                     SHIHYO_STATE_UNREPORTED};
    struct batch b;
    begin(&b, 4);
    add(&b, "rate", "d:18,2", valid, values, NULL);
    open_one("rate");
    assert_int_equal(append(&b), 0);
    assert_int_equal(table->columns[0].state[1], SHIHYO_STATE_MISSING);
    add(&b, "rate_state", "C", NULL, states, NULL);
    assert_int_equal(append(&b), 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(table->columns[0].state[4 + i], states[i]);
    assert_int_equal(table->columns[0].data[6], 3);
    static const uint8_t lying[] = {0, 0, 0, 0}, unknown[] = {0, 2, 7, 0};
    b.buffers[1][1] = lying;
    assert_int_equal(append(&b), SHY_E_PLUGIN_STREAM);
    assert_int_equal(err.row, 2);
    assert_string_equal(err.column_name, "rate_state");
    b.buffers[1][1] = unknown;
    assert_int_equal(append(&b), SHY_E_PLUGIN_STREAM);
    assert_int_equal(err.row, 3);
    assert_int_equal(table->rows, 8);
}

/* Offsets of the batch and of the column add up, for values and for both bitmaps. */
static void test_arrow_sliced(void **state)
{
    (void)state;
    static const int32_t offsets[] = {0, 1, 2, 3, 4, 5, 6};
    static const uint8_t valid[] = {0x2f};        /* row 4 of the buffers is null */
    static const uint8_t parent_valid[] = {0x0e}; /* row 0 of the batch's buffer is null */
    struct batch b;
    begin(&b, 3);
    struct ArrowArray *child = add(&b, "code", "u", valid, offsets, "abcdef");
    child->offset = 2;
    child->length = 4;
    b.array.offset = 1;
    open_one("code");
    assert_int_equal(append(&b), 0);
    assert_int_equal(table->rows, 3);
    assert_string_equal(shy_table_text(table, 0, 0), "d");
    assert_null(shy_table_text(table, 1, 0));
    assert_string_equal(shy_table_text(table, 2, 0), "f");
    b.array.offset = 0;
    b.array.null_count = 1;
    b.parent_buffers[0] = parent_valid;
    assert_int_equal(append(&b), 0);
    assert_null(shy_table_text(table, 3, 0));
    assert_string_equal(shy_table_text(table, 4, 0), "d");
}

static void test_arrow_empty(void **state)
{
    (void)state;
    struct batch b;
    begin(&b, 0);
    add(&b, "n", "l", NULL, NULL, NULL);
    open_one("n");
    assert_int_equal(append(&b), 0);
    assert_int_equal(table->rows, 0);
}

static void test_arrow_wrong_types(void **state)
{
    (void)state;
    static const struct {
        const char *column, *format;
    } cases[] = {
        {"n", "u"},         {"n", "g"},         {"code", "z"},
        {"code", "w:0"},    {"code", "w:x"},    {"rate", "l"},
        {"rate", "d:18,3"}, {"rate", "d:39,2"}, {"rate", "d:18,2,256"},
        {"month", "tdD"},   {"day", "i"},       {"flag", "C"},
        {"whole", "i"},     {"n", ""},
    };
    static const int64_t values[4] = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct batch b;
        begin(&b, 1);
        add(&b, cases[i].column, cases[i].format, NULL, values, NULL);
        open_one(cases[i].column);
        assert_int_equal(append(&b), SHY_E_CONTRACT_TYPE);
        assert_string_equal(err.column_name, cases[i].column);
        assert_int_equal(table->rows, 0);
    }
    struct batch b;
    struct ArrowSchema dictionary = {.format = "u", .release = keep_schema};
    begin(&b, 1);
    add(&b, "code", "i", NULL, values, NULL);
    b.child_schemas[0].dictionary = &dictionary;
    open_one("code");
    assert_int_equal(append(&b), SHY_E_CONTRACT_TYPE);
}

enum hostile {
    NEGATIVE_LENGTH,
    NEGATIVE_OFFSET,
    HUGE_LENGTH,
    HUGE_OFFSET,
    SHORT_COLUMN,
    NULL_COUNT_BELOW,
    NULL_COUNT_ABOVE,
    NULLS_WITHOUT_BITMAP,
    NO_BUFFERS,
    FEW_BUFFERS,
    NO_VALUES,
    NO_BYTES,
    FALLING,
    NEGATIVE_TEXT,
    BAD_UTF8,
    OVERLONG_UTF8,
    SURROGATE,
    NUL_INSIDE,
    CUT_UTF8,
    RELEASED,
    NO_CHILD,
    CHILD_COUNT,
    NO_NAME,
    NOT_A_STRUCT,
    MISSING_COLUMN,
    PARENT_BUFFERS,
    PARENT_RELEASED,
    HOSTILE_COUNT
};

static void make_hostile(struct batch *b, struct ArrowArray *c, enum hostile what)
{
    static const int32_t falling[] = {0, 4, 2}, negative[] = {-4, 2, 4}, three[] = {0, 3, 3};
    switch (what) {
    case NEGATIVE_LENGTH:
        c->length = -1;
        break;
    case NEGATIVE_OFFSET:
        c->offset = -1;
        break;
    case HUGE_LENGTH:
        b->array.length = c->length = INT64_MAX;
        break;
    case HUGE_OFFSET:
        c->offset = INT64_MAX;
        break;
    case SHORT_COLUMN:
        c->length = 1;
        break;
    case NULL_COUNT_BELOW:
        c->null_count = -2;
        break;
    case NULL_COUNT_ABOVE:
        c->null_count = 3;
        break;
    case NULLS_WITHOUT_BITMAP:
        c->null_count = 1;
        break;
    case NO_BUFFERS:
        c->buffers = NULL;
        break;
    case FEW_BUFFERS:
        c->n_buffers = 2;
        break;
    case NO_VALUES:
        b->buffers[0][1] = NULL;
        break;
    case NO_BYTES:
        b->buffers[0][2] = NULL;
        break;
    case FALLING:
        b->buffers[0][1] = falling;
        break;
    case NEGATIVE_TEXT:
        b->buffers[0][1] = negative;
        break;
    case BAD_UTF8:
        b->buffers[0][2] = "ab\xff\xfe";
        break;
    case OVERLONG_UTF8:
        b->buffers[0][2] = "ab\xc0\x80";
        break;
    case SURROGATE:
        b->buffers[0][2] = "\xed\xa0\x80";
        b->buffers[0][1] = three;
        break;
    case NUL_INSIDE:
        b->buffers[0][2] = "ab\0c";
        break;
    case CUT_UTF8:
        b->buffers[0][2] = "ab\xe3\x81\x82";
        break;
    case RELEASED:
        c->release = NULL;
        break;
    case NO_CHILD:
        b->array_list[0] = NULL;
        break;
    case CHILD_COUNT:
        b->array.n_children = 0;
        break;
    case NO_NAME:
        b->child_schemas[0].name = NULL;
        break;
    case NOT_A_STRUCT:
        b->schema.format = "u";
        break;
    case MISSING_COLUMN:
        b->child_schemas[0].name = "other";
        break;
    case PARENT_BUFFERS:
        b->array.n_buffers = 0;
        break;
    case PARENT_RELEASED:
        b->array.release = NULL;
        break;
    case HOSTILE_COUNT:
        break;
    }
}

static void test_arrow_hostile(void **state)
{
    (void)state;
    static const int32_t offsets[] = {0, 2, 4};
    open_one("code");
    for (int what = 0; what < HOSTILE_COUNT; what++) {
        struct batch b;
        begin(&b, 2);
        make_hostile(&b, add(&b, "code", "u", NULL, offsets, "abcd"), (enum hostile)what);
        shy_error_reset(&err);
        if (append(&b) != SHY_E_PLUGIN_STREAM || table->rows != 0)
            fail_msg("hostile batch %d was taken", what);
        assert_int_equal(err.code, SHY_E_PLUGIN_STREAM);
    }
    struct batch b;
    begin(&b, 2);
    add(&b, "code", "u", NULL, offsets, "abcd");
    assert_int_equal(append(&b), 0);
}

/* A table of rows, every third masked or missing, with all types. */
static void fill_rows(size_t count)
{
    static const char *const texts[] = {"29", "", "奈良県"};
    assert_int_equal(shy_table_new(&contract, NULL, 0, &table, &err), 0);
    for (size_t i = 0; i < count; i++) {
        size_t row;
        assert_int_equal(shy_table_add_row(table, &row, &err), 0);
        if (i % 3 == 2) {
            shy_table_set_state(table, row, 7, SHIHYO_STATE_MASKED);
            continue;
        }
        const char *text = texts[i % 7 % 3];
        assert_int_equal(shy_table_set_text(table, row, 0, text, strlen(text), &err), 0);
        assert_int_equal(shy_table_set_text(table, row, 1, text, strlen(text), &err), 0);
        shy_table_set_int(table, row, 2, (int64_t)i - 50);
        shy_table_set_int(table, row, 3, (int64_t)(i % 5 == 0));
        shy_table_set_int(table, row, 4, shy_month(2015, 4) + (int64_t)(i % 100));
        shy_table_set_int(table, row, 5, 10000 - (int64_t)i);
        assert_int_equal(shy_table_set_text(table, row, 6, "FY2024", 6, &err), 0);
        shy_table_set_int(table, row, 7, 10 - (int64_t)i);
        shy_table_set_int(table, row, 8, (int64_t)i);
    }
}

static size_t read_back(struct ArrowArrayStream *stream, struct shy_table *back)
{
    struct ArrowSchema schema;
    struct ArrowArray batch;
    size_t batches = 0;
    assert_int_equal(stream->get_schema(stream, &schema), 0);
    for (;;) {
        assert_int_equal(stream->get_next(stream, &batch), 0);
        if (batch.release == NULL)
            break;
        batches++;
        assert_int_equal(shy_table_append_arrow(back, &schema, &batch, &err), 0);
        batch.release(&batch);
    }
    schema.release(&schema);
    return batches;
}

static void test_arrow_round_trip(void **state)
{
    (void)state;
    struct ArrowArrayStream stream;
    struct shy_table *back;
    fill_rows(65536 + 100);
    assert_int_equal(shy_table_to_arrow(table, &stream, &err), 0);
    assert_int_equal(shy_table_new(&contract, NULL, 0, &back, &err), 0);
    assert_int_equal(read_back(&stream, back), 2);
    stream.release(&stream);
    assert_int_equal(back->rows, table->rows);
    for (size_t c = 0; c < table->column_count; c++) {
        assert_memory_equal(back->columns[c].state, table->columns[c].state, table->rows);
        assert_memory_equal(back->columns[c].data, table->columns[c].data,
                            table->rows * sizeof(int64_t));
    }
    shy_table_free(back);
}

/* Columns come as asked for, a measure with its state behind it; a moved child outlives the rest.
 */
/* What Arrow carries beside the values, and what it cannot carry: truths other than 0 and 1, numbers
 * behind a missing value. */
static void spoil_rows(void)
{
    static const enum shihyo_state states[] = {SHIHYO_STATE_MASKED, SHIHYO_STATE_UNREPORTED,
                                               SHIHYO_STATE_PARTIAL, SHIHYO_STATE_OK};
    for (size_t row = 0; row < table->rows; row += 3) {
        shy_table_set_state(table, row, shy_table_column(table, "n"), states[row % 4]);
        shy_table_set_state(table, row, shy_table_column(table, "rate"), states[row % 4]);
        shy_table_set_state(table, row, shy_table_column(table, "code"), states[row % 2]);
        shy_table_set_int(table, row, shy_table_column(table, "flag"), (int64_t)row);
    }
}

/* The short way gives what the way through Arrow gives. */
static void test_arrow_own(void **state)
{
    (void)state;
    struct ArrowArrayStream stream;
    struct shy_table *back, *copy, *own;
    static const char *const names[] = {"code", "note",   "n",    "flag", "month",
                                        "day",  "period", "rate", "whole"};
    fill_rows(5000);
    spoil_rows();
    assert_int_equal(shy_table_copy(table, &copy, &err), 0);
    assert_int_equal(shy_table_to_arrow(table, &stream, &err), 0);
    assert_int_equal(shy_table_new(&contract, NULL, 0, &back, &err), 0);
    assert_int_equal(read_back(&stream, back), 1);
    stream.release(&stream);
    assert_int_equal(shy_table_take_arrow(copy, names, 9, &stream, &err), 0);
    own = shy_table_from_own(&stream, &contract, names, 9);
    assert_non_null(own);
    assert_int_equal(own->rows, back->rows);
    for (size_t c = 0; c < own->column_count; c++) {
        assert_ptr_equal(own->columns[c].def, &columns[c]);
        assert_memory_equal(own->columns[c].state, back->columns[c].state, own->rows);
        for (size_t row = 0; row < own->rows; row++) {
            const char *a = shy_table_text(own, row, (int)c),
                       *b = shy_table_text(back, row, (int)c);
            if (columns[c].type != SHY_CODE_T && columns[c].type != SHY_TEXT_T &&
                columns[c].type != SHY_PERIOD_T)
                assert_int_equal(own->columns[c].data[row], back->columns[c].data[row]);
            else if (a == NULL || b == NULL)
                assert_ptr_equal(a, b);
            else
                assert_string_equal(a, b);
        }
    }
    /* Nothing is left in the stream but itself. */
    assert_null(shy_table_from_own(&stream, &contract, names, 9));
    stream.release(&stream);
    shy_table_free(own);
    shy_table_free(back);
}

/* Other columns, another order, a text that would be refused, a stream that was read from: the
 * long way, which says what is wrong. */
static void test_arrow_not_own(void **state)
{
    (void)state;
    static const char *const names[] = {"code", "n"}, *const turned[] = {"n", "code"};
    struct ArrowArrayStream stream;
    struct ArrowArray batch;
    for (int i = 0; i < 4; i++) {
        size_t row;
        assert_int_equal(shy_table_new(&contract, names, 2, &table, &err), 0);
        assert_int_equal(shy_table_add_row(table, &row, &err), 0);
        assert_int_equal(shy_table_set_text(table, row, 0, i == 2 ? "\xff" : "a", 1, &err), 0);
        assert_int_equal(shy_table_take_arrow(table, names, 2, &stream, &err), 0);
        table = NULL;
        if (i == 3) {
            assert_int_equal(stream.get_next(&stream, &batch), 0);
            batch.release(&batch);
        }
        assert_null(
            shy_table_from_own(&stream, &contract, i == 0 ? turned : names, i == 1 ? 1 : 2));
        stream.release(&stream);
    }
}

static void test_arrow_order_and_moved_children(void **state)
{
    (void)state;
    static const char *const order[] = {"rate", "code"};
    static const char *const expected[] = {"rate", "rate_state", "code"};
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray batch, moved;
    fill_rows(9);
    int code = shy_table_take_arrow(table, order, 2, &stream, &err);
    table = NULL;
    assert_int_equal(code, 0);
    assert_int_equal(stream.get_schema(&stream, &schema), 0);
    assert_int_equal(schema.n_children, 3);
    for (int i = 0; i < 3; i++)
        assert_string_equal(schema.children[i]->name, expected[i]);
    assert_int_equal(schema.children[0]->flags, ARROW_FLAG_NULLABLE);
    schema.release(&schema);
    assert_int_equal(stream.get_next(&stream, &batch), 0);
    assert_int_equal(batch.length, 9);
    assert_int_equal(batch.children[0]->null_count, 3);
    moved = *batch.children[1];
    batch.children[1]->release = NULL;
    batch.release(&batch);
    stream.release(&stream);
    assert_int_equal(((const uint8_t *)moved.buffers[1])[2], SHIHYO_STATE_MASKED);
    moved.release(&moved);
}

static void test_arrow_out_of_memory(void **state)
{
    (void)state;
    fill_rows(20);
    bool done = false;
    for (uint64_t n = 1; !done; n++) {
        struct ArrowArrayStream stream;
        struct ArrowSchema schema = {0};
        struct ArrowArray batch = {0};
        assert_true(n < 200);
        shy_mem_fail_after(n);
        if (shy_table_to_arrow(table, &stream, &err) == 0) {
            done =
                stream.get_schema(&stream, &schema) == 0 && stream.get_next(&stream, &batch) == 0;
            if (!done)
                assert_non_null(stream.get_last_error(&stream));
            stream.release(&stream);
        }
        shy_mem_fail_after(0);
        if (schema.release != NULL)
            schema.release(&schema);
        if (batch.release != NULL)
            batch.release(&batch);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_arrow_formats, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_large_and_fixed_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_views, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_months, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_decimal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_states, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_sliced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_wrong_types, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_hostile, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_own, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_not_own, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_order_and_moved_children, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrow_out_of_memory, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("arrow", tests, NULL, NULL);
}
