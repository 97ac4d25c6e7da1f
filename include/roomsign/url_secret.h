/**
 * What of a feed's address is nobody else's business. Knows addresses as text, and neither the
 * network nor whether they lead anywhere.
 */
#ifndef ROOMSIGN_URL_SECRET_H
#define ROOMSIGN_URL_SECRET_H

#include <stdbool.h>

/** The address without user name and password. Ownership: the caller's; free() it. */
char *url_without_user(const char *url);

/**
 * Whether whoever reads the address may get in by it: it holds a user, or a part of its path or
 * query looks as if a program had drawn it at random (at least 16 bytes that aren't words and
 * years), as the private addresses of calendars do. A guess, for warnings.
 */
bool url_may_hold_secret(const char *url);

#endif
