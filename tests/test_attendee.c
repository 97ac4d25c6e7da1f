/* Speakers, rooms, and those whose names are nobody's business. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <roomsign/attendee.h>

static void expect(const char *params, const char *value, enum attendee kind, const char *name)
{
    struct ical_line line = {ICAL_ATTENDEE, params, strlen(params), value, strlen(value)};
    char got[SESSION_NAME_BYTES_MAX] = "untouched";
    if (attendee_read(&line, got) != kind)
        fail_msg("%s:%s is another kind", params, value);
    if (kind != ATTENDEE_GUEST)
        assert_string_equal(got, name);
}

static void test_speakers_have_a_name_and_no_address(void **state)
{
    (void)state;
    expect(";ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL;CN=\"Ada ^'the first^'\"", "invalid:nomail",
           ATTENDEE_SPEAKER, "Ada \"the first\"");
    expect(";CN=Ada  Lovelace ", "INVALID:nomail", ATTENDEE_SPEAKER, "Ada Lovelace");
    expect(";cutype=individual;cn=Ada", "", ATTENDEE_SPEAKER, "Ada");
}

static void test_guests_were_invited(void **state)
{
    (void)state;
    expect(";CN=Ada", "mailto:ada@example.org", ATTENDEE_GUEST, "");
    expect(";CN=Ada", "ada@example.org", ATTENDEE_GUEST, "");
    expect(";CN=Ada", "urn:uuid:1", ATTENDEE_GUEST, "");
    expect(";CN=Ada", "/principals/ada", ATTENDEE_GUEST, "");
    expect(";CN=Ada", "invalid", ATTENDEE_GUEST, "");
    expect(";CN=Ada;RSVP=TRUE", "invalid:nomail", ATTENDEE_GUEST, "");
    expect(";CN=Ada;PARTSTAT=ACCEPTED", "invalid:nomail", ATTENDEE_GUEST, "");
    expect(";CN=All;CUTYPE=GROUP", "invalid:nomail", ATTENDEE_GUEST, "");
    expect(";CN=?;CUTYPE=UNKNOWN", "invalid:nomail", ATTENDEE_GUEST, "");
    expect("", "invalid:nomail", ATTENDEE_GUEST, "");
    expect(";CN=\"\"", "invalid:nomail", ATTENDEE_GUEST, "");
}

static void test_rooms_and_things_are_booked(void **state)
{
    (void)state;
    expect(";CUTYPE=ROOM;PARTSTAT=ACCEPTED;CN=Room 4", "mailto:r@example.org", ATTENDEE_ROOM,
           "Room 4");
    expect(";CUTYPE=room;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"Room; 4\"", "mailto:r@example.org",
           ATTENDEE_ROOM, "Room; 4");
    expect(";CUTYPE=RESOURCE;CN=Projector", "mailto:p@example.org", ATTENDEE_RESOURCE, "Projector");
    expect(";CUTYPE=ROOM;PARTSTAT=DECLINED;CN=Room 4", "mailto:r@example.org", ATTENDEE_GUEST, "");
    expect(";CUTYPE=ROOM", "mailto:r@example.org", ATTENDEE_GUEST, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speakers_have_a_name_and_no_address),
        cmocka_unit_test(test_guests_were_invited),
        cmocka_unit_test(test_rooms_and_things_are_booked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
