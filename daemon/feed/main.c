#include <roomsign/clock.h>
#include <roomsign/feed_program.h>

int main(int argc, char **argv)
{
    struct clock clock;
    clock_init_system(&clock);
    return feed_program_run(argc, argv, &clock);
}
