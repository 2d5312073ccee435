/* SPDX-License-Identifier: MIT */
/*
 * Statistics against values made elsewhere. Where no paper is named, the value was computed with
 * 60 decimal digits from the definition itself: sums of probabilities from the first term on,
 * limits by bisection of them, t by the finite series of Abramowitz and Stegun (1964), 26.7.3 and
 * 26.7.4.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/stat/stat.h"

#define COUNT(list) (sizeof list / sizeof list[0])

static void near_to(double got, double expected, double tolerance, int line)
{
    double scale = fabs(expected) > 1e-300 ? fabs(expected) : 1;
    if (!(fabs(got - expected) <= tolerance * scale)) {
        print_error("line %d: %.17g is not %.17g\n", line, got, expected);
        fail();
    }
}
#define NEAR(got, expected) near_to(got, expected, 1e-12, __LINE__)

static void test_stat_normal(void **state)
{
    (void)state;
    /* The three values of Wichura 1988, p. 482. */
    NEAR(shy_normal_quantile(0.25), -0.6744897501960817);
    NEAR(shy_normal_quantile(0.001), -3.090232306167814);
    NEAR(shy_normal_quantile(1e-20), -9.262340089798408);
    assert_true(shy_normal_quantile(0.5) == 0);
    NEAR(shy_normal_two_sided(5000), 0.67448975019608174320);
    NEAR(shy_normal_two_sided(9000), 1.6448536269514727148638);
    NEAR(shy_normal_two_sided(9500), 1.9599639845400542355245);
    NEAR(shy_normal_two_sided(9980), 3.0902323061678135415403);
    NEAR(shy_normal_two_sided(9999), 3.8905918864130939670357);
}

static void test_stat_exp_log(void **state)
{
    (void)state;
    NEAR(shy_stat_exp(1), 2.71828182845904523536);
    NEAR(shy_stat_exp(-20.5), 1.2501528663867425e-9);
    NEAR(shy_stat_exp(700), 1.0142320547350045e304);
    assert_true(shy_stat_exp(0) == 1 && shy_stat_exp(-1000) == 0);
    NEAR(shy_stat_log(10), 2.30258509299404568402);
    NEAR(shy_stat_log(1e-300), -690.77552789821370520539);
    NEAR(shy_stat_log1p(1e-10), 9.9999999995e-11);
    NEAR(shy_stat_log1p(-0.25), -0.28768207245178092744);
    assert_true(shy_stat_log(1) == 0);
}

static void test_stat_student(void **state)
{
    static const struct {
        int64_t freedom;
        double t[3]; /* 50, 95, 99.8 % */
    } cases[] = {
        {1, {1, 12.706204736174704646021, 318.30883898555044592168}},
        {2, {0.8164965809277260327324, 4.3026527297494638523209, 22.327124770119875435275}},
        {3, {0.7648923284043452806575, 3.1824463052837095927232, 10.214531852407386549886}},
        {4, {0.7406970841126826329843, 2.7764451051977943578031, 7.1731822197823084788770}},
        {9, {0.7027221467513263671826, 2.2621571627982055426077, 4.2968056627299184860556}},
        {10, {0.6998120613124316273440, 2.2281388519862747483954, 4.1437004940465896662087}},
        {30, {0.6827556933212925530051, 2.0422724563012383099580, 3.3851848668293051233817}},
        {99, {0.6769759855461526257568, 1.9842169515864174951046, 3.1746038497557522243572}},
        {120, {0.6765397249125202219204, 1.9799304050824408467312, 3.1595387433171106480425}},
        {1000, {0.6747351646070094373841, 1.9623390808264084849985, 3.0984021639129229127509}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        NEAR(shy_student_two_sided(5000, cases[i].freedom), cases[i].t[0]);
        NEAR(shy_student_two_sided(9500, cases[i].freedom), cases[i].t[1]);
        NEAR(shy_student_two_sided(9980, cases[i].freedom), cases[i].t[2]);
    }
    NEAR(shy_student_two_sided(9500, 100001), 1.9599877072973792428203);
    NEAR(shy_student_two_sided(9500, INT64_C(1) << 50), 1.9599639845400542355);
    /* Both ways of computing it, where one ends and the other begins. */
    NEAR(shy_student_two_sided(9980, 10000), 3.09104751603061211299);
    NEAR(shy_student_two_sided(9980, 10001), 3.09104743449808129514);
}

static void test_stat_probabilities(void **state)
{
    (void)state;
    NEAR(shy_poisson_below(0, 0.5), 0.6065306597126334236037);
    NEAR(shy_poisson_below(3, 2.5), 0.7575761331330659637521);
    NEAR(shy_poisson_below(50, 50), 0.5375166908531475435206);
    NEAR(shy_poisson_below(40, 50), 0.0860700001179609569569);
    NEAR(shy_poisson_below(75, 50), 0.9996280308485054438979);
    NEAR(shy_poisson_below(1000, 1050), 0.0624333717600255886991);
    NEAR(shy_binomial_below(3, 10, 0.3), 0.6496107184);
    NEAR(shy_binomial_below(40, 100, 0.5), 0.0284439668204903958351);
    NEAR(shy_binomial_below(60, 100, 0.5), 0.9823998998911475920234);
    NEAR(shy_binomial_below(110, 1000, 0.1), 0.8652235113276022054308);
    NEAR(shy_binomial_below(1, 30, 0.1), 0.1836950191926035485619);
    assert_true(shy_poisson_below(-1, 3) == 0 && shy_poisson_above(0, 3) == 1);
    assert_true(shy_binomial_below(10, 10, 0.3) == 1 && shy_binomial_pmf(11, 10, 0.3) == 0);
    /* All terms of a distribution add up to 1. */
    NEAR(shy_poisson_below(999999, 1e6) + shy_poisson_above(1000000, 1e6), 1);
}

/* Garwood 1936, table: 0 to 3.69, 1: 0.0253 to 5.57, 2: 0.242 to 7.22 … at 95 %. */
static void test_stat_exact(void **state)
{
    static const struct {
        int64_t events;
        double l95, u95, l998, u998;
    } cases[] = {
        {0, 0, 3.6888794541139363028524, 0, 6.9077552789821370520539},
        {1, 0.0253178079842898754037, 5.5716433909388985972272, 0.0010005003335835335001,
         9.2334134764515857304313},
        {2, 0.2422092785439649029020, 7.2246876677239608150488, 0.0454020177694895568207,
         11.228872242412662630456},
        {3, 0.6186721228956012865698, 8.7672730697423260396913, 0.1905333775684031906050,
         13.062240779188070736688},
        {5, 1.6234863901184205380783, 11.668332079322669631439, 0.7393717319178325168260,
         16.454745203680106607432},
        {9, 4.1153730973783324327519, 17.084803451419170312285, 2.4524244043637749276489,
         22.657373309062930741780},
        {10, 4.7953886961324336356865, 18.390356042017778720328, 2.9605203727437595700188,
         24.133971145417587754732},
        {50, 37.110963737461863024860, 65.918766664336817052691, 30.958969603468311564347,
         75.941891992100362566020},
    };
    struct shy_interval i;
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        shy_limits_exact(cases[c].events, 9500, &i);
        NEAR(i.lower, cases[c].l95);
        NEAR(i.upper, cases[c].u95);
        shy_limits_exact(cases[c].events, 9980, &i);
        NEAR(i.lower, cases[c].l998);
        NEAR(i.upper, cases[c].u998);
    }
}

/* Newcombe 1998, table I, method 3. */
static void test_stat_wilson_newcombe(void **state)
{
    static const double cases[][4] = {{81, 263, 0.2553, 0.3662},
                                      {15, 148, 0.0624, 0.1605},
                                      {0, 20, 0, 0.1611},
                                      {1, 29, 0.0061, 0.1718}};
    struct shy_interval i;
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        assert_int_equal(shy_limits_wilson(cases[c][0], cases[c][1], 9500, &i), SHY_STAT_OK);
        assert_true(fabs(i.lower - cases[c][2]) <= 0.00005000001);
        assert_true(fabs(i.upper - cases[c][3]) <= 0.00005000001);
    }
}

static void test_stat_wilson_edges(void **state)
{
    struct shy_interval i;
    (void)state;
    assert_int_equal(shy_limits_wilson(0, 5, 9980, &i), SHY_STAT_OK);
    assert_true(i.lower == 0 && i.upper > 0 && i.upper < 1);
    assert_int_equal(shy_limits_wilson(5, 5, 9980, &i), SHY_STAT_OK);
    assert_true(i.upper == 1 && i.lower > 0);
    assert_int_equal(shy_limits_wilson(0, 0, 9500, &i), SHY_STAT_ZERO);
    assert_int_equal(shy_limits_wilson(3, 2, 9500, &i), SHY_STAT_NOT_A_SHARE);
    assert_int_equal(shy_limits_wilson(-1, 2, 9500, &i), SHY_STAT_NEGATIVE);
}

/* Exact below ten, Byar from ten, and by value and scale. */
static void test_stat_which_method(void **state)
{
    struct shy_estimate e = {.kind = SHY_STATISTIC_EVENTS, .count = 9, .scale = 2};
    struct shy_interval i;
    const char *method = NULL;
    (void)state;
    assert_int_equal(shy_limits_of(&e, 9500, &i, &method), SHY_STAT_OK);
    assert_string_equal(method, "exact");
    NEAR(i.lower, 2 * 4.1153730973783324327519);
    e.count = 10;
    assert_int_equal(shy_limits_of(&e, 9500, &i, &method), SHY_STAT_OK);
    assert_string_equal(method, "byar");
    e = (struct shy_estimate){.kind = SHY_STATISTIC_MEAN, .count = 1, .value = 3};
    assert_int_equal(shy_limits_of(&e, 9500, &i, &method), SHY_STAT_FEW_VALUES);
    /* Student 1908, table of section IX: the ten gains of sleep, mean 1.58, sd 1.23 (n - 1). */
    e = (struct shy_estimate){.kind = SHY_STATISTIC_MEAN,
                              .count = 10,
                              .value = 1.58,
                              .scale = 1.2299954832798732 / sqrt(10)};
    assert_int_equal(shy_limits_of(&e, 9500, &i, &method), SHY_STAT_OK);
    assert_string_equal(method, "t");
    /* As R prints it for t.test(extra ~ group, data = sleep, paired = TRUE): 0.7001142 2.4598858 */
    assert_true(fabs(i.lower - 0.7001142) < 5e-8 && fabs(i.upper - 2.4598858) < 5e-8);
}

static void test_stat_direct(void **state)
{
    struct shy_stratum s[] = {{.events = 4, .population = 100, .weight = 3},
                              {.events = 5, .population = 50, .weight = 1}};
    struct shy_estimate e;
    (void)state;
    assert_int_equal(shy_direct_rate(s, 2, 1000, &e), SHY_STAT_FEW_EVENTS);
    assert_true(e.count == 9);
    s[1].events = 6;
    assert_int_equal(shy_direct_rate(s, 2, 1000, &e), SHY_STAT_OK);
    NEAR(e.value, 1000 * (3 * 4 / 100.0 + 6 / 50.0) / 4); /* 60 */
    s[0].population = 0;
    assert_int_equal(shy_direct_rate(s, 2, 1000, &e), SHY_STAT_ZERO);
    s[0].population = 100;
    s[0].events = -1;
    assert_int_equal(shy_direct_rate(s, 2, 1000, &e), SHY_STAT_NEGATIVE);
}

static void test_stat_indirect(void **state)
{
    struct shy_stratum s[] = {{.events = 0, .population = 100, .expected_per_person = 0.25}};
    struct shy_estimate e;
    struct shy_interval i;
    const char *method;
    (void)state;
    assert_int_equal(shy_indirect_ratio(s, 1, 100, &e), SHY_STAT_OK);
    assert_true(shy_estimate_value(&e) == 0);
    assert_int_equal(shy_limits_of(&e, 9500, &i, &method), SHY_STAT_OK);
    assert_true(i.lower == 0);
    NEAR(i.upper, 4 * 3.6888794541139363028524);
    s[0].expected_per_person = 0;
    assert_int_equal(shy_indirect_ratio(s, 1, 100, &e), SHY_STAT_ZERO);
}

/* The totals the ministry prints below its tables. */
static void test_stat_standard_populations(void **state)
{
    static const int64_t totals[] = {120287000, 125319000};
    (void)state;
    for (size_t p = 0; p < shy_standard_population_count(); p++) {
        const struct shy_standard_population *s = shy_standard_population_at(p);
        int64_t sum = 0;
        int age = 0;
        for (size_t i = 0; i < s->count; i++) {
            assert_int_equal(s->bands[i].age_from, age);
            age = s->bands[i].age_to + 1;
            sum += s->bands[i].persons;
        }
        assert_int_equal(age, 0); /* the last is open */
        assert_int_equal(sum, totals[p]);
    }
    assert_ptr_equal(shy_standard_population_find("japan_2015"), shy_standard_population_at(1));
    assert_null(shy_standard_population_find("japan_2016"));
}

static void test_stat_funnel_events(void **state)
{
    static const double cases[][5] = {
        {0.5, 0, 1.86002591146099954541, 0, 3.47585898090035918149},
        {5, 0.54206579551288301710, 9.37655858766276905289, 0, 12.7713537816398964765},
        {20, 11.2050010384488415454, 28.7457686700402644748, 7.16918710777041968780,
         34.7135285737985491441},
        {137.5, 114.483243312487632283, 160.463000077126834914, 102.209328433453776998,
         174.649928585584512738}};
    struct shy_interval i;
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        assert_int_equal(shy_funnel_events(cases[c][0], 9500, &i), SHY_STAT_OK);
        NEAR(i.lower, cases[c][1]);
        NEAR(i.upper, cases[c][2]);
        assert_int_equal(shy_funnel_events(cases[c][0], 9980, &i), SHY_STAT_OK);
        NEAR(i.lower, cases[c][3]);
        NEAR(i.upper, cases[c][4]);
    }
    assert_int_equal(shy_funnel_events(0, 9500, &i), SHY_STAT_ZERO);
    assert_int_equal(shy_funnel_events(-1, 9500, &i), SHY_STAT_NEGATIVE);
    /* Millions: near the normal approximation, sqrt(mean) away. */
    assert_int_equal(shy_funnel_events(4e6, 9500, &i), SHY_STAT_OK);
    assert_true(fabs(i.upper - (4e6 + 1.96 * 2000)) < 3);
}

static void test_stat_funnel_share(void **state)
{
    static const struct {
        int64_t total;
        double share, l95, u95, l998, u998;
    } cases[] = {
        {50, 0.1, 0.01386292695734369553, 0.17972272762336448086, 0, 0.24012841875238949334},
        {200, 0.35, 0.28201729087350230083, 0.41431576233609426201, 0.24567910148127134043,
         0.45369581586428846966},
        {1500, 0.02, 0.01287630801973990842, 0.02706400115822166219, 0.00944427538267800482,
         0.03173540108948563599},
    };
    struct shy_interval i;
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        assert_int_equal(shy_funnel_share(cases[c].share, cases[c].total, 9500, &i), SHY_STAT_OK);
        NEAR(i.lower, cases[c].l95);
        NEAR(i.upper, cases[c].u95);
        assert_int_equal(shy_funnel_share(cases[c].share, cases[c].total, 9980, &i), SHY_STAT_OK);
        NEAR(i.lower, cases[c].l998);
        NEAR(i.upper, cases[c].u998);
    }
    assert_int_equal(shy_funnel_share(0.5, 0, 9500, &i), SHY_STAT_ZERO);
    assert_int_equal(shy_funnel_share(1.5, 10, 9500, &i), SHY_STAT_NOT_A_SHARE);
    assert_int_equal(shy_funnel_share(1, 10, 9500, &i), SHY_STAT_OK);
    assert_true(i.lower == 1 && i.upper == 1);
}

static void test_stat_side(void **state)
{
    const struct shy_interval i = {2, 3};
    (void)state;
    assert_int_equal(shy_stat_side(&i, 1.9), 1);
    assert_int_equal(shy_stat_side(&i, 2), 0);
    assert_int_equal(shy_stat_side(&i, 3), 0);
    assert_int_equal(shy_stat_side(&i, 3.1), -1);
}

/* Series with which the Office tests its own recent trends (WhenUsingTrendMarkerCalculator,
 * TrendMarkerCalculatorTests): counts, denominators and the trend it expects; slope and
 * chi-squared were computed from the definition. */
static void test_stat_trend_of_the_office(void **state)
{
    static const struct {
        double counts[5], totals[5];
        double slope, chi_squared;
        int direction;
    } cases[] = {
        {{621, 599, 556, 535, 447},
         {3454, 3195, 3256, 3227, 3121},
         -0.9509701282134558763,
         21.6522530005133231313,
         -1},
        {{8116, 8145, 8222, 8506, 8728},
         {91530, 91773, 92088, 92238, 92666},
         0.14441345756677151747,
         23.1672397588624853603,
         1},
        {{5405, 5500, 5435, 5480, 5315},
         {18095, 18170, 18005, 17890, 17860},
         0.01375205953341309153,
         0.01622045174814300125,
         0},
        {{22435, 22445, 21365, 20955, 19055},
         {65880, 67900, 68705, 69835, 70910},
         -1.7610920773412699637,
         1004.96599937705747106,
         -1},
        {{3455176, 3491868, 3625401, 3774801, 3938080},
         {48783947, 49122259, 49956777, 50649129, 51441896},
         0.14884360322565753303,
         16291.7420439435246043,
         1},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        struct shy_point points[5];
        struct shy_trend trend;
        for (size_t i = 0; i < 5; i++) {
            struct shy_interval limits;
            double count = cases[c].counts[i], total = cases[c].totals[i];
            assert_int_equal(shy_limits_wilson(count, total, 9500, &limits), SHY_STAT_OK);
            points[i].value = 100 * count / total;
            points[i].error = 100 * (limits.upper - limits.lower) / 2 / shy_normal_two_sided(9500);
        }
        assert_int_equal(shy_trend_of(points, 5, 9980, &trend), SHY_STAT_OK);
        near_to(trend.slope, cases[c].slope, 1e-8, __LINE__);
        near_to(trend.chi_squared, cases[c].chi_squared, 1e-8, __LINE__);
        assert_int_equal(trend.direction, cases[c].direction);
    }
}

/* One point far away makes the slope; without it there is none. */
static void test_stat_trend_outlier(void **state)
{
    struct shy_point points[] = {{5, 0.1}, {4.9, 0.1}, {4.8, 0.1}, {4.7, 0.1}, {9, 0.1}};
    struct shy_trend trend;
    (void)state;
    assert_int_equal(shy_trend_of(points, 5, 9980, &trend), SHY_STAT_OK);
    assert_true(trend.chi_squared > 9.5);
    assert_int_equal(trend.direction, 0);
    assert_int_equal(shy_trend_of(points, 4, 9980, &trend), SHY_STAT_FEW_VALUES);
    points[2].error = 0;
    assert_int_equal(shy_trend_of(points, 5, 9980, &trend), SHY_STAT_NO_SPREAD);
}

/* As phe_quantile gives them (floor((k + 1) - ceiling(((n + 1) - place) / (n / k)))). */
static void test_stat_quantile(void **state)
{
    static const int of_seven[] = {1, 1, 2, 3, 3, 4, 5};
    int group;
    (void)state;
    for (int64_t place = 1; place <= 7; place++) {
        assert_int_equal(shy_quantile_of(place, 7, 5, &group), SHY_STAT_OK);
        assert_int_equal(group, of_seven[place - 1]);
    }
    assert_int_equal(shy_quantile_of(10, 10, 5, &group), SHY_STAT_OK);
    assert_int_equal(group, 5);
    assert_int_equal(shy_quantile_of(1, 4, 5, &group), SHY_STAT_FEW_VALUES);
    assert_int_equal(shy_quantile_of(0, 10, 5, &group), SHY_STAT_FEW_VALUES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stat_normal),
        cmocka_unit_test(test_stat_exp_log),
        cmocka_unit_test(test_stat_student),
        cmocka_unit_test(test_stat_probabilities),
        cmocka_unit_test(test_stat_exact),
        cmocka_unit_test(test_stat_wilson_newcombe),
        cmocka_unit_test(test_stat_wilson_edges),
        cmocka_unit_test(test_stat_which_method),
        cmocka_unit_test(test_stat_direct),
        cmocka_unit_test(test_stat_indirect),
        cmocka_unit_test(test_stat_standard_populations),
        cmocka_unit_test(test_stat_funnel_events),
        cmocka_unit_test(test_stat_funnel_share),
        cmocka_unit_test(test_stat_side),
        cmocka_unit_test(test_stat_trend_of_the_office),
        cmocka_unit_test(test_stat_trend_outlier),
        cmocka_unit_test(test_stat_quantile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
