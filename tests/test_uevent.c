/* The kernel's words about its devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include <roomsign/uevent.h>

static bool is_of_card(const char *message, size_t length)
{
    /* Just as long as it is, so that a sanitizer sees who reads on. */
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, message, length);
    bool of_card = uevent_is_of_card(copy, length);
    free(copy);
    return of_card;
}

#define IS_OF_CARD(text) is_of_card(text, sizeof(text))

static void a_plugged_screen_is_of_its_card(void **state)
{
    (void)state;
    assert_true(IS_OF_CARD("change@/devices/platform/gpu/drm/card1\0ACTION=change\0"
                           "DEVPATH=/devices/platform/gpu/drm/card1\0SUBSYSTEM=drm\0HOTPLUG=1\0"
                           "DEVNAME=dri/card1\0DEVTYPE=drm_minor\0SEQNUM=2713\0MAJOR=226\0"
                           "MINOR=1"));
    assert_true(IS_OF_CARD("remove@/devices/drm/card0\0SUBSYSTEM=drm"));
}

static void other_devices_are_none(void **state)
{
    (void)state;
    assert_false(IS_OF_CARD("add@/devices/usb1/1-1\0ACTION=add\0SUBSYSTEM=usb\0SEQNUM=1"));
    assert_false(IS_OF_CARD("add@/devices/x\0SUBSYSTEM=drm_dp_aux_dev"));
    assert_false(IS_OF_CARD("add@/devices/x\0XSUBSYSTEM=drm"));
    assert_false(IS_OF_CARD("add@/devices/SUBSYSTEM=drm\0ACTION=add"));
}

static void what_is_malformed_is_none(void **state)
{
    (void)state;
    static const char cut[] = "change@/devices/x\0SUBSYSTEM=drm";
    assert_false(is_of_card(cut, 0));
    assert_false(is_of_card(cut, sizeof cut - 1));
    assert_false(IS_OF_CARD(""));
    assert_false(IS_OF_CARD("\0\0\0"));
    /* udev's messages are of another form. */
    assert_false(IS_OF_CARD("libudev\0\xfe\xed\xca\xfe\0SUBSYSTEM=drm"));
}

/* One event of the kernel's, which root can ask for: of what is always there, and no card. */
static bool provoke(void)
{
    int fd = open("/sys/class/mem/null/uevent", O_WRONLY | O_CLOEXEC);
    bool provoked = fd >= 0 && write(fd, "change", 6) == 6;
    if (fd >= 0)
        close(fd);
    return provoked;
}

static void the_kernel_is_heard_and_nobody_else(void **state)
{
    (void)state;
    static const char lie[] = "change@/devices/drm/card0\0SUBSYSTEM=drm";
    struct error err = {0};
    int fd = uevent_open(&err);
    if (fd < 0) {
        print_message("no events here: %s\n", err.message);
        skip();
    }
    assert_false(uevent_read(fd));
    /* Whoever may say it to the socket itself. */
    struct sockaddr_nl own = {0};
    socklen_t length = sizeof own;
    assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &length), 0);
    own.nl_groups = 0;
    int liar = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
    assert_true(liar >= 0);
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    if (sendto(liar, lie, sizeof lie, 0, (struct sockaddr *)&own, sizeof own) > 0)
        assert_int_equal(poll(&poll_fd, 1, 1000), 1);
    else
        print_message("nobody may lie here\n");
    assert_false(uevent_read(fd));
    if (provoke())
        assert_int_equal(poll(&poll_fd, 1, 1000), 1);
    else
        print_message("no event can be had here\n");
    assert_false(uevent_read(fd));
    close(liar);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plugged_screen_is_of_its_card),
        cmocka_unit_test(other_devices_are_none),
        cmocka_unit_test(what_is_malformed_is_none),
        cmocka_unit_test(the_kernel_is_heard_and_nobody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
