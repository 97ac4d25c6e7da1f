/**
 * Addresses that a sign shows as text or as a code to scan: http and https alone, because everyone
 * at the door would open them. `https:/example.org`, as FOSDEM writes it, is mended.
 */
#ifndef ROOMSIGN_WEB_ADDRESS_H
#define ROOMSIGN_WEB_ADDRESS_H

#include <stdbool.h>

#include <roomsign/session.h>

/** false: another kind of address, or one of SESSION_URL_BYTES_MAX and more, of which a part would
 *  lead elsewhere; *ret_url is "" then. `text` is clean (utf8_clean). */
bool web_address_read(const char *text, char ret_url[static SESSION_URL_BYTES_MAX]);

#endif
