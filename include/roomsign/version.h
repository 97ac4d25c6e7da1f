/** What --version says. */
#ifndef ROOMSIGN_VERSION_H
#define ROOMSIGN_VERSION_H

#define ROOMSIGN_VERSION "0.1.0"

#endif
