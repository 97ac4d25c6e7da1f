/**
 * The list: what else the day holds, as a part of the panel.
 *
 * What finds no room at once is turned through page by page, by the view's list_turn: every row is
 * on exactly one page, each page says how many rows come after it, and the first one, which has the
 * nearest sessions, comes every other turn. How much a page holds doesn't depend on the turn.
 */
#ifndef ROOMSIGN_DAY_LIST_H
#define ROOMSIGN_DAY_LIST_H

#include <roomsign/pen.h>

/** No page has more, however high the screen is: LAYOUT_BOXES_MAX goes by it. */
#define DAY_LIST_ROWS_MAX 24
/** Of a session that was retimed and is late as well these are two times. */
#define DAY_LIST_STRUCK_BYTES (2 * VIEW_SHORT_BYTES + 2)

/** The time that holds, as far as is known. */
const char *day_list_time(const struct view_entry *entry);
/** Those that hold no more; where two are too long, the one that people have known for longer is
 *  entry->old_time. */
void day_list_put_struck(const struct view_entry *entry, char text[static DAY_LIST_STRUCK_BYTES]);

/** Which of so many pages (1 or more) is shown in this turn; 0 is the first. */
int day_list_page(int64_t turn, int pages);

/** What so many rows of one line take. */
int day_list_height_px(const struct pen *pen, int rows);
/** Whether there is anything to list within the field: the whole day where that has room, else what
 *  comes later. */
bool day_list_has(const struct pen *pen, struct layout_rect field);
/** The page of pen->list_turn within the field; notes in the layout how many pages there are. */
void day_list_lay(struct pen *pen, struct layout_rect field);

#endif
