# roomsign: `make run` shows the demo room, `make check` runs every test. `make help` lists the rest.

BUILD ?= build
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
PKG_CONFIG ?= pkg-config
INSTALL ?= install

# SANITIZE=address,undefined builds everything into a folder of its own with these sanitizers.
ifdef SANITIZE
override BUILD := $(BUILD)/sanitize
SANITIZE_FLAGS := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
OPTIMISE ?= -O1
# tests/run makes the folder and looks into it.
SANITIZER_OPTIONS := $(BUILD)/obj/tests/sanitizer/options.o
$(SANITIZER_OPTIONS): override CPPFLAGS += -DSANITIZER_REPORTS='"$(abspath $(BUILD))/reports"'
endif

# As many jobs as there are processors, unless -j says otherwise. V=1 shows the commands.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
MAKEFLAGS += --no-print-directory
Q := $(if $(V),,@)
say = $(if $(V),,$(info $(1)  $(2)))

OPTIMISE ?= -O2
CFLAGS ?= -g
# No -Wformat-truncation: snprintf is used to cut, and what the warning finds depends on the
# compiler's version and on what it inlines.
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
            -Wpointer-arith -Wvla -Wundef -Wno-format-truncation
HARDENING := -fstack-protector-strong -fstack-clash-protection -fPIE
# The fortified functions hide from the sanitizers what they look for, and need optimisation. Some
# compilers predefine a level of their own.
ifeq ($(findstring -fsanitize,$(CFLAGS) $(SANITIZE_FLAGS))$(filter -O0,$(OPTIMISE)),)
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
endif

# `make check` sets STRICT; from then on this build folder takes no warning, because what it holds
# was compiled so.
STAMP := $(BUILD)/flags
ifneq ($(STRICT)$(findstring -Werror,$(if $(wildcard $(STAMP)),$(file <$(STAMP)))),)
STRICT_FLAGS := -Werror
endif

override CFLAGS += -std=c17 $(OPTIMISE) $(WARNINGS) $(STRICT_FLAGS) $(HARDENING) $(SANITIZE_FLAGS)
# A card's buffers lie at places that 32 bits don't count to, of a 64-bit kernel below 32-bit programs
# as well; so may the numbers of a file system's files.
override CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Iinclude -I$(BUILD)/generated
override LDFLAGS += -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed \
                    $(SANITIZE_FLAGS)

# What each layer and each program is built with. tests/lint holds which layer may use which other.
PACKAGES_base := libseccomp
PACKAGES_core := icu-uc icu-i18n
PACKAGES_files := inih jansson icu-uc
PACKAGES_feed := libical libcurl expat icu-uc icu-i18n jansson inih libseccomp
PACKAGES_screen := sdl2 SDL2_ttf fontconfig icu-uc libpng libdrm libqrencode
PACKAGES_sign := sdl2 SDL2_ttf fontconfig icu-uc icu-i18n libpng libdrm libqrencode jansson inih \
                 libseccomp
PACKAGES_ctl := jansson inih icu-uc icu-i18n
PACKAGES_tests := cmocka $(sort $(PACKAGES_sign) $(PACKAGES_feed))

# pkg-config is asked once for each, and only when something is compiled or linked.
ask_once = $(1) = $$(eval $(1) := $$$$(shell $$(PKG_CONFIG) $(2) $(3)))$$($(1))
LAYERS := base core files feed screen sign ctl
$(foreach user,$(LAYERS) tests,$(if $(PACKAGES_$(user)),\
    $(eval $(call ask_once,FLAGS_$(user),--cflags,$(PACKAGES_$(user))))\
    $(eval $(call ask_once,LIBS_$(user),--libs,$(PACKAGES_$(user))))))

objects = $(patsubst daemon/%.c,$(BUILD)/obj/%.o,$(filter-out %/main.c,$(wildcard daemon/$(1)/*.c)))
libraries = $(foreach layer,$(1),$(BUILD)/lib/lib$(layer).a)
PROGRAMS := $(BUILD)/roomsignd $(BUILD)/roomsign-feed $(BUILD)/roomsignctl
TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
BENCHES := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/bench/*.c))
SIM := $(BUILD)/sim/sim
EYE := $(BUILD)/eye/eye

.PHONY: all programs help setup run check check-valgrind analyse lint tests sim torture fuzz fuzzers \
        mutate bench golden manual deb check-kiosk install uninstall pictures format clean FORCE
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
# Objects of tests are no intermediate files.
.SECONDARY:

all: programs
programs: $(PROGRAMS)
tests: $(TESTS) $(BENCHES) $(SIM) $(EYE)

help:
	@printf '%s\n' \
	    'make            the programs, in $(BUILD)/' \
	    'make run        install what is missing, build, show the demo room' \
	    'make check      install what is missing, build, run every test' \
	    'make check-valgrind  every unit test under Valgrind: most of an hour' \
	    'make check-kiosk     the package in a Debian in QEMU, and all that befalls a sign there; as root' \
	    'make analyse    gcc -fanalyzer, cppcheck and clang-tidy over the sources' \
	    'make setup      install the Debian packages to build, run and test with' \
	    'make tests      builds the unit tests; $(BUILD)/tests/test_tracker runs one' \
	    'make lint       the rules for the source tree' \
	    'make sim        random lives of a sign, every promise checked; SEEDS=N, SEED=n replays one' \
	    'make torture    faults, kills and a long run, with one table of what each did' \
	    'make fuzz       hostile bytes for all that is read; TIME=60 s each, JOBS=2, TARGETS=' \
	    'make mutate     breaks core and feed in small ways and counts what the tests notice; MUTANTS=N,' \
	    '                SEED=n, JOBS=n' \
	    'make bench      what it costs, beside yardsticks; tests/bench/README.md explains it' \
	    'make golden     the golden layouts, pictures and texts anew; look before a commit' \
	    'make manual     the manual pages anew, from the programs'\'' tables' \
	    'make deb        the Debian package; ARCH=arm64 or armhf, SUITE=bookworm or trixie for others' \
	    'make install    PREFIX=$(PREFIX), DESTDIR=; make uninstall takes it away again' \
	    'make pictures   the README'\''s pictures, drawn by the program' \
	    'make format     clang-format over all C files' \
	    'make clean      remove build/' \
	    '' \
	    'SANITIZE=address,undefined for any of them, V=1 to see the commands.'

setup:
	@tests/setup build run test

run:
	@tests/setup build run
	@$(MAKE) programs
	@config/demo/run $(BUILD)

# With SANITIZE everything runs under the sanitizers, else a second time.
check:
	@tests/setup build run test
	@$(MAKE) STRICT=1 programs tests
ifdef SANITIZE
	@tests/run $(BUILD)
else
	@$(MAKE) SANITIZE=address,undefined programs tests
	@$(MAKE) install PREFIX=/usr SYSCONFDIR=/etc DESTDIR='$(abspath $(BUILD))/installed' >/dev/null
	@tests/run $(BUILD) $(BUILD)/sanitize
endif

check-valgrind:
	@tests/setup build run test
	@$(MAKE) tests
	@tests/run --valgrind $(BUILD)

# As root, because it sets up a Debian in a folder; anew only when the package needs others.
check-kiosk:
	@tests/setup chroot kiosk
	@$(MAKE) deb
	@mkdir -p '$(BUILD)/kiosk'
	@package=$$(ls -t '$(BUILD)'/deb/roomsign_*_amd64.deb | head -n 1) && \
	    tests/kiosk/image '$(BUILD)/kiosk' "$$package" && \
	    tests/kiosk/check '$(BUILD)/kiosk' "$$package"

analyse: $(BUILD)/generated/font_stack.h
	@tests/setup build test
	@tests/analyse $(BUILD)

lint:
	@tests/lint

# Each target for TIME seconds, and on until for QUIET seconds nothing new was reached.
fuzz:
	@tests/setup build run fuzz
	@$(MAKE) CC=clang WARNINGS= SANITIZE=fuzzer-no-link,address,undefined BUILD=$(BUILD)/clang \
	    fuzzers
	@$(MAKE) -s $(BUILD)/fuzz/seeds/made
	@tests/fuzz/run $(BUILD) $(if $(TIME),--time $(TIME)) $(if $(QUIET),--quiet $(QUIET)) \
	    $(if $(JOBS),--jobs $(JOBS)) $(TARGETS)

# SEEDS=N lives, from seed FROM on; SEED=n shows one of them step by step.
sim: $(SIM)
	@$(SIM) $(if $(SEED),--seed $(SEED),$(if $(SEEDS),--seeds $(SEEDS)) $(if $(FROM),--from $(FROM)))

torture: programs
	@tests/torture $(BUILD)

# What the sign looks like now is from now on what it must look like.
golden: $(addprefix $(BUILD)/tests/test_,golden feed_variants layout_random poll view_random)
	@rm -f tests/golden/boxes/*.txt
	@for test in $^; do ROOMSIGN_GOLDEN=write BUILD=$(BUILD) $$test || exit 1; done
	@git status --short tests/golden 2>/dev/null | sed 's/^/    /'
	@echo 'Look at what differs before you commit it: tests/golden/'

mutate:
	@tests/mutate $(if $(MUTANTS),--mutants $(MUTANTS)) $(if $(SEED),--seed $(SEED)) \
	    $(if $(JOBS),--jobs $(JOBS))

bench: programs $(BENCHES)
	@tests/bench/bench $(BUILD)

# The manual pages are in the tree because a cross-built program can't write them.
manual: $(BUILD)/tests/test_manual
	@mkdir -p config/man
	@ROOMSIGN_MANUAL=write $< >/dev/null 2>&1 || true
	@git status --short config/man 2>/dev/null | sed 's/^/    /'

deb:
	@config/debian/build '$(BUILD)' '$(ARCH)' '$(SUITE)'

$(STAMP): FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS))' | cmp -s - $@ || \
	    echo '$(subst ','\'',$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS))' > $@

define LAYER_RULES
$(BUILD)/obj/$(1)/%.o: daemon/$(1)/%.c $(STAMP)
	$$(call say,CC  ,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CPPFLAGS) $$(CFLAGS) $$(FLAGS_$(1)) -MMD -MP -c $$< -o $$@
$(call libraries,$(1)): $(call objects,$(1)) $(STAMP)
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(Q)$$(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(foreach layer,$(LAYERS),$(eval $(call LAYER_RULES,$(layer))))

# $(1) program, $(2) layer of its main, $(3) the layers it is made of.
define PROGRAM_RULES
$(BUILD)/$(1): $(BUILD)/obj/$(2)/main.o $(call libraries,$(3)) $(SANITIZER_OPTIONS)
	$$(call say,LINK,$$@)
	$$(Q)$$(CC) $$(CFLAGS) $$(LDFLAGS) $$^ $$(LIBS_$(2)) -lm -o $$@
endef
$(eval $(call PROGRAM_RULES,roomsignd,sign,sign screen files core base))
$(eval $(call PROGRAM_RULES,roomsign-feed,feed,feed files core base))
$(eval $(call PROGRAM_RULES,roomsignctl,ctl,ctl files core base))

# The font stack is compiled in, so that the sign needs no file beside its config.
$(BUILD)/generated/font_stack.h: fonts/stack
	@mkdir -p $(@D)
	@sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$$/d' -e 's/.*/    "&",/' $< > $@
$(BUILD)/obj/screen/fonts.o: $(BUILD)/generated/font_stack.h

# Tests link every object but the mains, and what the tests share (tests/*.c without test_).
SHARED := $(patsubst tests/%.c,$(BUILD)/obj/tests/%.o,$(filter-out tests/test_%,$(wildcard tests/*.c)))
ALL_LIBRARIES := $(call libraries,sign screen feed ctl files core base) $(SANITIZER_OPTIONS)
$(BUILD)/obj/tests/%.o: tests/%.c $(STAMP)
	$(call say,CC  ,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(FLAGS_tests) -MMD -MP -c $< -o $@
$(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(SHARED) $(ALL_LIBRARIES)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LIBS_tests) -lm -o $@

# Each fuzz target is a program of its own, which clang alone can make, and all of them are one test
# of what they have seen. Seeds are made of what other tests read.
FUZZ_TARGETS := $(shell sed -n 's/^ *X(\([a-z_]*\)).*/\1/p' tests/fuzz/fuzz.h)
FUZZERS := $(addprefix $(BUILD)/fuzz/,$(FUZZ_TARGETS))
FUZZ_OBJECTS := $(patsubst tests/%.c,$(BUILD)/obj/tests/%.o,\
    $(filter-out %/libfuzzer.c,$(wildcard tests/fuzz/*.c)))
fuzzers: $(FUZZERS)
$(BUILD)/obj/tests/fuzz/entry/%.o: tests/fuzz/libfuzzer.c $(STAMP)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -DFUZZ_TARGET=$* -MMD -MP -c $< -o $@
$(BUILD)/lib/libfuzz.a: $(FUZZ_OBJECTS) $(STAMP)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)
$(FUZZERS): $(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/entry/%.o $(BUILD)/lib/libfuzz.a \
        $(ALL_LIBRARIES)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -Wl,--wrap=zone_load $^ $(LIBS_tests) -lm -o $@
$(BUILD)/fuzz/seeds/made: tests/fuzz/make_seeds $(wildcard $(foreach folder,\
        decoder agenda xcal recurrence scenarios,tests/$(folder)/*.txt))
	@rm -rf $(@D)
	@tests/fuzz/make_seeds $(@D)
	@touch $@
$(BUILD)/tests/test_fuzz: $(BUILD)/obj/tests/test_fuzz.o $(FUZZ_OBJECTS) $(SHARED) $(ALL_LIBRARIES) \
        | $(BUILD)/fuzz/seeds/made
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LIBS_tests) -lm -o $@

# The simulation is one program of several files.
$(SIM): $(patsubst tests/%.c,$(BUILD)/obj/tests/%.o,$(wildcard tests/sim/*.c)) $(SHARED) \
        $(ALL_LIBRARIES)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LIBS_tests) -lm -o $@

# What tests/legibility_test.py looks at pictures with.
$(EYE): $(BUILD)/obj/tests/eye/eye.o $(ALL_LIBRARIES)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LIBS_tests) -lm -o $@

# A yardstick links what it measures and nothing of ours.
$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LIBS_tests) -o $@

install: programs
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/systemd/system \
	    $(DESTDIR)$(PREFIX)/lib/sysusers.d $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	    $(addprefix $(DESTDIR)$(PREFIX)/share/man/man,1 5 8) \
	    $(DESTDIR)$(PREFIX)/share/doc/roomsign/themes $(DESTDIR)$(SYSCONFDIR)/roomsign
	$(INSTALL) -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	sed -e 's|/usr/|$(PREFIX)/|g' -e 's|/etc/roomsign|$(SYSCONFDIR)/roomsign|' \
	    'systemd/roomsign@.service' > '$(DESTDIR)$(PREFIX)/lib/systemd/system/roomsign@.service'
	$(INSTALL) -m 644 systemd/roomsign.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/roomsign.conf
	$(INSTALL) -m 644 config/completion/roomsignctl \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(foreach section,1 5 8,$(INSTALL) -m 644 $(wildcard config/man/*.$(section)) \
	    $(DESTDIR)$(PREFIX)/share/man/man$(section) &&) true
	$(INSTALL) -m 644 LICENSE README.md config/room.conf $(DESTDIR)$(PREFIX)/share/doc/roomsign
	$(INSTALL) -m 644 config/themes/* $(DESTDIR)$(PREFIX)/share/doc/roomsign/themes
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/share/doc/roomsign/examples/sixty-rooms
	$(INSTALL) -m 644 config/examples/*.* $(DESTDIR)$(PREFIX)/share/doc/roomsign/examples
	$(INSTALL) -m 644 config/examples/sixty-rooms/* \
	    $(DESTDIR)$(PREFIX)/share/doc/roomsign/examples/sixty-rooms
# A config that is there belongs to somebody, and where it is a template this one would hide it.
	test -e $(DESTDIR)$(SYSCONFDIR)/roomsign/room.conf || \
	    test -e $(DESTDIR)$(SYSCONFDIR)/roomsign/template.conf || \
	    $(INSTALL) -m 644 config/start.conf $(DESTDIR)$(SYSCONFDIR)/roomsign/room.conf
# Its user must be there before a sign starts; a package does this when it is installed.
	test -n '$(DESTDIR)' || ! command -v systemd-sysusers >/dev/null || \
	    systemd-sysusers $(PREFIX)/lib/sysusers.d/roomsign.conf

# Configs, stored schedules and their user stay.
uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(notdir $(PROGRAMS))) \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/roomsignctl \
	    $(DESTDIR)$(PREFIX)/lib/sysusers.d/roomsign.conf \
	    $(foreach page,$(notdir $(wildcard config/man/*)),$(DESTDIR)$(PREFIX)/share/man/man$(subst \
	    .,,$(suffix $(page)))/$(page)) \
	    '$(DESTDIR)$(PREFIX)/lib/systemd/system/roomsign@.service'
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/roomsign

pictures: programs
	@config/demo/run $(BUILD) --pictures config/demo

format:
	clang-format -i $(wildcard include/roomsign/*.h daemon/*/*.[ch] tests/*.[ch] tests/*/*.[ch])

clean:
	rm -rf build

-include $(wildcard $(BUILD)/obj/*/*.d $(BUILD)/obj/*/*/*.d)
