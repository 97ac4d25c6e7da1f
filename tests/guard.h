/**
 * A test that hangs ends the suite: define GUARD_S, the seconds that it may take, and include this
 * behind cmocka.h.
 */
#ifndef ROOMSIGN_TESTS_GUARD_H
#define ROOMSIGN_TESTS_GUARD_H

#include <unistd.h>

static int guard(void **state)
{
    (void)state;
    alarm(GUARD_S);
    return 0;
}

static int unguard(void **state)
{
    (void)state;
    alarm(0);
    return 0;
}

#define GUARDED(test) cmocka_unit_test_setup_teardown(test, guard, unguard)

#endif
