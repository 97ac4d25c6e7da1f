/* What a card's screens are taken for, and how long it is waited for, with a board whose kernel is
 * made up. tests/test_kms.c has a real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include <xf86drmMode.h>

#include <roomsign/card.h>

enum { TELEVISION, SOCKET, CONNECTOR_COUNT };

static drmModeModeInfo modes[CONNECTOR_COUNT];
static drmModeConnector board[CONNECTOR_COUNT];
static uint32_t ids[CONNECTOR_COUNT];

/* In place of libdrm's. */
drmModeResPtr drmModeGetResources(int fd)
{
    static drmModeRes resources = {.connectors = ids, .count_connectors = CONNECTOR_COUNT};
    (void)fd;
    return &resources;
}

void drmModeFreeResources(drmModeResPtr resources)
{
    (void)resources;
}

drmModeConnectorPtr drmModeGetConnector(int fd, uint32_t id)
{
    (void)fd;
    for (int i = 0; i < CONNECTOR_COUNT; i++) {
        if (board[i].connector_id == id)
            return &board[i];
    }
    return NULL;
}

void drmModeFreeConnector(drmModeConnectorPtr connector)
{
    (void)connector;
}

static void plug(int index, uint32_t type, drmModeConnection status, int width_px)
{
    ids[index] = (uint32_t)index + 40;
    modes[index] =
        (drmModeModeInfo){.hdisplay = (uint16_t)width_px, .vdisplay = 480, .vrefresh = 60};
    board[index] = (drmModeConnector){.connector_id = ids[index],
                                      .connector_type = type,
                                      .connector_type_id = 1,
                                      .connection = status,
                                      .modes = &modes[index],
                                      .count_modes = status == DRM_MODE_DISCONNECTED ? 0 : 1};
}

static void plug_both(drmModeConnection in_television, drmModeConnection in_socket)
{
    plug(TELEVISION, DRM_MODE_CONNECTOR_Composite, in_television, 720);
    plug(SOCKET, DRM_MODE_CONNECTOR_HDMIA, in_socket, 1920);
}

static struct card card_on(int index)
{
    return (struct card){.fd = -1,
                         .wish = {.connector = ""},
                         .takes_any = true,
                         .connector_id = ids[index],
                         .mode = modes[index]};
}

static void a_screen_is_the_same_another_or_none(void **state)
{
    (void)state;
    plug_both(DRM_MODE_DISCONNECTED, DRM_MODE_CONNECTED);
    struct card card = card_on(SOCKET);
    assert_int_equal(card_look(&card), CARD_STATE_SAME);
    modes[SOCKET].hdisplay = 1280;
    assert_int_equal(card_look(&card), CARD_STATE_OTHER_SCREEN);
    plug_both(DRM_MODE_DISCONNECTED, DRM_MODE_DISCONNECTED);
    assert_int_equal(card_look(&card), CARD_STATE_NO_SCREEN);
    card.connector_id = 4711;
    assert_int_equal(card_look(&card), CARD_STATE_GONE);
}

/* Whoever switches the display on last finds the sign on it, and not on the television output. */
static void what_nobody_knows_of_gives_way_to_a_screen(void **state)
{
    (void)state;
    plug_both(DRM_MODE_UNKNOWNCONNECTION, DRM_MODE_DISCONNECTED);
    struct card card = card_on(TELEVISION);
    assert_int_equal(card_look(&card), CARD_STATE_SAME);
    plug_both(DRM_MODE_UNKNOWNCONNECTION, DRM_MODE_CONNECTED);
    assert_int_equal(card_look(&card), CARD_STATE_OTHER_SCREEN);
    /* Not where it was wished for, nor for one more. */
    card.takes_any = false;
    assert_int_equal(card_look(&card), CARD_STATE_SAME);
    plug_both(DRM_MODE_CONNECTED, DRM_MODE_CONNECTED);
    card.takes_any = true;
    assert_int_equal(card_look(&card), CARD_STATE_SAME);
}

static void a_card_that_has_nothing_to_read_is_not_waited_for(void **state)
{
    int ends[2];
    struct error err = {0};
    (void)state;
    assert_int_equal(pipe(ends), 0);
    close(ends[1]);
    struct card card = {.fd = ends[0], .is_flipping = true};
    alarm(CARD_FRAME_MS * 10 / 1000);
    assert_false(card_wait(&card, &err));
    alarm(0);
    assert_non_null(strstr(err.message, "doesn't finish a frame"));
    assert_false(card.is_flipping);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_screen_is_the_same_another_or_none),
        cmocka_unit_test(what_nobody_knows_of_gives_way_to_a_screen),
        cmocka_unit_test(a_card_that_has_nothing_to_read_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
