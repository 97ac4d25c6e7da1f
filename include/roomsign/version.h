/** What --version says. */
#ifndef ROOMSIGN_VERSION_H
#define ROOMSIGN_VERSION_H

#define ROOMSIGN_VERSION "0.1.0"
/** Of the version, for the manual pages. */
#define ROOMSIGN_DATE "November 21, 2026"

#endif
