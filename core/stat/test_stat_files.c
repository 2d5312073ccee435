/* SPDX-License-Identifier: MIT */
/*
 * Limits whose expected values statisticians of the Office for Health Improvement and Disparities
 * computed in spreadsheets (the test data of its indicator methods), and standardised rates of its
 * inputs. SKIP where the files are not at hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/stat/stat.h"

enum { FIELDS = 12, SKIP = 77 };

struct line {
    char text[512];
    const char *fields[FIELDS];
};

static char *path_of(const char *name)
{
    const char *root = getenv("SHIHYO_SHARED_DATA");
    struct shy_text path = {0};
    shy_text_addf(&path, "%s/statistics/%s",
                  root != NULL ? root : SHY_TEST_SRCDIR "/../shared/data", name);
    return path.text;
}

/* The lines after the heading; none of the fields is quoted. */
static size_t read_file(const char *name, struct line *lines, size_t most)
{
    char *path = path_of(name);
    FILE *file = fopen(path, "r");
    size_t count = 0;
    char heading[512];
    assert_non_null(file);
    assert_non_null(fgets(heading, sizeof heading, file));
    while (count < most && fgets(lines[count].text, sizeof lines[count].text, file) != NULL) {
        char *rest = lines[count].text;
        rest[strcspn(rest, "\r\n")] = '\0';
        for (int i = 0; i < FIELDS; i++) {
            char *field = rest != NULL ? strsep(&rest, ",") : NULL;
            lines[count].fields[i] = field != NULL ? field : "";
        }
        count++;
    }
    fclose(file);
    shy_free(path);
    return count;
}

static double number(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    assert_true(end != text && *end == '\0');
    return value;
}

/* 1e-9 of the value, as the data have it; ours agree to 1e-12. */
static void near_to(double got, const char *expected)
{
    double value = number(expected);
    if (!(fabs(got - value) <= 1e-12 * fabs(value))) {
        print_error("%.17g is not %s\n", got, expected);
        fail();
    }
}

static int level_of(const char *text)
{
    return (int)(strtod(text, NULL) * 100 + 0.5);
}

/* x,n,lowercl,uppercl,confidence,method; the last lower limit is left out of the file. */
static void test_stat_files_byar_wilson(void **state)
{
    struct line lines[32];
    size_t count = read_file("testdata_Byars_Wilson__testdata_B_W.csv", lines, 32);
    (void)state;
    assert_int_equal(count, 13);
    for (size_t i = 0; i < count; i++) {
        const char *const *f = lines[i].fields;
        struct shy_interval got;
        if (strcmp(f[5], "Byars") == 0)
            shy_limits_byar(number(f[0]), level_of(f[4]), &got);
        else
            assert_int_equal(shy_limits_wilson(number(f[0]), number(f[1]), level_of(f[4]), &got),
                             SHY_STAT_OK);
        if (f[2][0] != '\0')
            near_to(got.lower, f[2]);
        near_to(got.upper, f[3]);
    }
}

/* Area,Numerator,Denominator,value,lower95_0cl,upper95_0cl,lower99_8cl,upper99_8cl,statistic,
 * method,multiplier */
static void check_values(const char *name, enum shy_statistic kind, size_t expected)
{
    struct line lines[64];
    size_t count = read_file(name, lines, 64);
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++) {
        const char *const *f = lines[i].fields;
        if (f[1][0] == '\0' || f[2][0] == '\0') { /* no value, no limits */
            assert_string_equal(f[3], "");
            continue;
        }
        double factor = number(f[10]), total = number(f[2]);
        bool share = kind == SHY_STATISTIC_SHARE;
        struct shy_estimate e = {.kind = kind,
                                 .count = number(f[1]),
                                 .total = total,
                                 .scale = share ? factor : factor / total};
        struct shy_interval got;
        const char *method;
        near_to(shy_estimate_value(&e), f[3]);
        assert_int_equal(shy_limits_of(&e, 9500, &got, &method), SHY_STAT_OK);
        near_to(got.lower, f[4]);
        near_to(got.upper, f[5]);
        assert_int_equal(shy_limits_of(&e, 9980, &got, &method), SHY_STAT_OK);
        near_to(got.lower, f[6]);
        near_to(got.upper, f[7]);
        assert_int_equal(strncasecmp(method, f[9], 4), 0);
    }
}

static void test_stat_files_proportion(void **state)
{
    (void)state;
    check_values("testdata_Proportion__testdata_Prop.csv", SHY_STATISTIC_SHARE, 19);
}

static void test_stat_files_rate(void **state)
{
    (void)state;
    check_values("testdata_Rate__testdata_Rate.csv", SHY_STATISTIC_EVENTS, 20);
}

static void check_limits(const struct shy_estimate *e, int level, const char *lower,
                         const char *upper)
{
    struct shy_interval got;
    const char *method;
    assert_int_equal(shy_limits_of(e, level, &got, &method), SHY_STAT_OK);
    near_to(got.lower, lower);
    near_to(got.upper, upper);
}

/* Age Band,count,pop,esp1976. The file has no result; it was computed with 60 decimal digits from
 * the formula of Dobson et al. 1991 with Byar's limits. */
static void test_stat_files_direct(void **state)
{
    struct line lines[32];
    struct shy_stratum s[32] = {0};
    struct shy_estimate e;
    size_t count = read_file("testdata_DSR_ISR__testdata_1976.csv", lines, 32);
    (void)state;
    assert_int_equal(count, 18);
    for (size_t i = 0; i < count; i++)
        s[i] = (struct shy_stratum){.events = atoi(lines[i].fields[1]),
                                    .population = atoi(lines[i].fields[2]),
                                    .weight = atoi(lines[i].fields[3])};
    assert_int_equal(shy_direct_rate(s, count, 100000, &e), SHY_STAT_OK);
    assert_true(e.count == 804);
    near_to(e.value, "8592.0975850223661282979");
    check_limits(&e, 9500, "7991.1609314421031642762", "9225.2538803183170188065");
    check_limits(&e, 9980, "7659.2821065689577559424", "9599.2117985716992430340");
}

/* Age Band,refcount,refpop; joined by the name of the band: 17 of 18, since one file ends with 85+
 * and the other with 90+. */
static void test_stat_files_indirect(void **state)
{
    struct line area[32], reference[32];
    struct shy_stratum s[32] = {0};
    struct shy_estimate e;
    size_t joined = 0, areas = read_file("testdata_DSR_ISR__testdata_1976.csv", area, 32);
    size_t references = read_file("testdata_DSR_ISR__refdata.csv", reference, 32);
    (void)state;
    for (size_t i = 0; i < areas; i++) {
        for (size_t k = 0; k < references; k++) {
            if (strcmp(area[i].fields[0], reference[k].fields[0]) == 0)
                s[joined++] =
                    (struct shy_stratum){.events = atoi(area[i].fields[1]),
                                         .population = atoi(area[i].fields[2]),
                                         .expected_per_person = number(reference[k].fields[1]) /
                                                                number(reference[k].fields[2])};
        }
    }
    assert_int_equal(joined, 17);
    assert_int_equal(shy_indirect_ratio(s, joined, 100, &e), SHY_STAT_OK);
    near_to(e.total, "700.41861065957884587457");
    near_to(shy_estimate_value(&e), "103.08121300776090528632");
    check_limits(&e, 9500, "95.698269841314076119468", "110.88254555963446527281");
    check_limits(&e, 9980, "91.630855512217055416857", "115.49617748716884547051");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stat_files_byar_wilson), cmocka_unit_test(test_stat_files_proportion),
        cmocka_unit_test(test_stat_files_rate),        cmocka_unit_test(test_stat_files_direct),
        cmocka_unit_test(test_stat_files_indirect),
    };
    char *path = path_of("testdata_Rate__testdata_Rate.csv");
    bool there = shy_os_exists(path);
    shy_free(path);
    return there ? cmocka_run_group_tests(tests, NULL, NULL) : SKIP;
}
