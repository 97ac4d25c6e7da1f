/* Which connector and which mode: cards as the kernel describes them, and what is taken of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <roomsign/pick.h>

#define PREFERRED DRM_MODE_TYPE_PREFERRED
#define INTERLACED DRM_MODE_FLAG_INTERLACE

static const struct pick_wish any = {.connector = ""};

static drmModeModeInfo mode(int width_px, int height_px, int rate_hz, uint32_t type, uint32_t flags)
{
    return (drmModeModeInfo){.hdisplay = (uint16_t)width_px,
                             .vdisplay = (uint16_t)height_px,
                             .vrefresh = (uint32_t)rate_hz,
                             .type = type,
                             .flags = flags};
}

static drmModeModeInfo one_mode[1];

static drmModeConnector connector(uint32_t type, uint32_t number, drmModeConnection status)
{
    return (drmModeConnector){.connector_type = type,
                              .connector_type_id = number,
                              .connection = status,
                              .modes = one_mode,
                              .count_modes = status == DRM_MODE_DISCONNECTED ? 0 : 1};
}

/* A small computer's two sockets and its television output. */
static drmModeConnector first, second, television;
static drmModeConnector *const board[] = {&first, &second, &television};

static void plug(drmModeConnection in_first, drmModeConnection in_second)
{
    first = connector(DRM_MODE_CONNECTOR_HDMIA, 1, in_first);
    second = connector(DRM_MODE_CONNECTOR_HDMIA, 2, in_second);
    television = connector(DRM_MODE_CONNECTOR_Composite, 1, DRM_MODE_UNKNOWNCONNECTION);
}

static int pick(const char *name)
{
    struct pick_wish wish = {.connector = name};
    return pick_connector(&wish, 1, board, 3);
}

static void the_first_with_a_screen_is_taken(void **state)
{
    (void)state;
    plug(DRM_MODE_CONNECTED, DRM_MODE_CONNECTED);
    assert_int_equal(pick(""), 0);
    plug(DRM_MODE_DISCONNECTED, DRM_MODE_CONNECTED);
    assert_int_equal(pick(""), 1);
    /* Nobody knows whether there is one: better than none. */
    plug(DRM_MODE_DISCONNECTED, DRM_MODE_DISCONNECTED);
    assert_int_equal(pick(""), 2);
    television.connection = DRM_MODE_DISCONNECTED;
    assert_int_equal(pick(""), -1);
    assert_int_equal(pick_connector(&any, 1, board, 0), -1);
}

static void a_screen_without_modes_is_none(void **state)
{
    (void)state;
    plug(DRM_MODE_CONNECTED, DRM_MODE_CONNECTED);
    first.count_modes = 0;
    assert_int_equal(pick(""), 1);
}

static void the_named_one_is_taken_or_none(void **state)
{
    (void)state;
    plug(DRM_MODE_CONNECTED, DRM_MODE_CONNECTED);
    assert_int_equal(pick("HDMI-A-2"), 1);
    assert_int_equal(pick("card1-HDMI-A-2"), 1);
    assert_int_equal(pick("card0-HDMI-A-2"), -1);
    assert_int_equal(pick("Composite-1"), 2);
    assert_int_equal(pick("HDMI-A-3"), -1);
    plug(DRM_MODE_CONNECTED, DRM_MODE_DISCONNECTED);
    assert_int_equal(pick("HDMI-A-2"), -1);
}

static void connectors_have_the_names_of_the_kernel(void **state)
{
    (void)state;
    char name[PICK_NAME_BYTES];
    plug(DRM_MODE_CONNECTED, DRM_MODE_CONNECTED);
    assert_string_equal(pick_connector_name(&second, name), "HDMI-A-2");
    assert_string_equal(pick_connector_name(&television, name), "Composite-1");
    first.connector_type = 4711;
    assert_string_equal(pick_connector_name(&first, name), "Unknown-1");
}

#define COUNT(modes) (sizeof(modes) / sizeof *(modes))

static void a_screen_gets_what_it_prefers(void **state)
{
    (void)state;
    const drmModeModeInfo modes[] = {
        mode(3840, 2160, 60, 0, 0),
        mode(1920, 1080, 75, 0, 0),
        mode(1920, 1080, 60, PREFERRED, 0),
        mode(1280, 720, 60, 0, 0),
    };
    assert_int_equal(pick_mode(&any, modes, COUNT(modes)), 2);
    assert_true(pick_is_wanted_mode(&any, &modes[2]));
    assert_int_equal(pick_mode(&any, modes, 0), -1);
    /* Without a preference: the largest, not too fast, whole frames. */
    const drmModeModeInfo old[] = {
        mode(800, 600, 60, 0, 0),    mode(1920, 1080, 60, 0, INTERLACED),
        mode(1920, 1080, 120, 0, 0), mode(1920, 1080, 50, 0, 0),
        mode(1024, 768, 60, 0, 0),
    };
    assert_int_equal(pick_mode(&any, old, COUNT(old)), 3);
    assert_int_equal(pick_mode(&any, old, 2), 1);
    /* Nothing can be shown with it, but that is for the kernel to say. */
    const drmModeModeInfo nothing[] = {mode(0, 0, 0, 0, 0)};
    assert_int_equal(pick_mode(&any, nothing, COUNT(nothing)), 0);
}

static void the_config_has_its_way_where_the_screen_can(void **state)
{
    (void)state;
    const drmModeModeInfo modes[] = {
        mode(3840, 2160, 30, PREFERRED, 0),  mode(3840, 2160, 24, 0, 0), mode(1920, 1080, 50, 0, 0),
        mode(1920, 1080, 60, 0, INTERLACED), mode(1920, 1080, 60, 0, 0), mode(1280, 720, 60, 0, 0),
    };
    struct pick_wish wish = {.connector = "", .width_px = 1920, .height_px = 1080};
    assert_int_equal(pick_mode(&wish, modes, COUNT(modes)), 4);
    wish.rate_hz = 50;
    assert_int_equal(pick_mode(&wish, modes, COUNT(modes)), 2);
    assert_true(pick_is_wanted_mode(&wish, &modes[2]));
    assert_false(pick_is_wanted_mode(&wish, &modes[4]));
    /* The rate that is nearest, of the size that is wanted. */
    wish.rate_hz = 59;
    assert_int_equal(pick_mode(&wish, modes, COUNT(modes)), 4);
    /* A size that it hasn't: what it prefers. */
    wish = (struct pick_wish){.connector = "", .width_px = 1024, .height_px = 768};
    assert_int_equal(pick_mode(&wish, modes, COUNT(modes)), 0);
    assert_false(pick_is_wanted_mode(&wish, &modes[0]));
    wish.rate_hz = 24;
    assert_int_equal(pick_mode(&wish, modes, COUNT(modes)), 1);
}

int main(void)
{
    one_mode[0] = mode(1920, 1080, 60, PREFERRED, 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_with_a_screen_is_taken),
        cmocka_unit_test(a_screen_without_modes_is_none),
        cmocka_unit_test(the_named_one_is_taken_or_none),
        cmocka_unit_test(connectors_have_the_names_of_the_kernel),
        cmocka_unit_test(a_screen_gets_what_it_prefers),
        cmocka_unit_test(the_config_has_its_way_where_the_screen_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
