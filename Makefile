# svcsim: `make help` lists the targets.  V=1 shows commands, WERROR=1 makes warnings errors.
VERSION   := 0.1.0
PREFIX    ?= /usr/local
BINDIR    ?= $(PREFIX)/bin
DATADIR   ?= $(PREFIX)/share/svcsim
MANDIR    ?= $(PREFIX)/share/man
DESTDIR   ?=
PKG_CONFIG ?= pkg-config

# One object tree per variant, so that switching never needs `make clean`.
VARIANT   ?= release
B         := build/$(VARIANT)
OPT_release := -O2 -g
OPT_debug   := -O0 -g3
OPT_asan    := -O1 -g3 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_cov     := -O0 -g --coverage
CFLAGS    ?=
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wshadow -Wconversion \
             -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wvla -Wundef -Wformat=2 \
             -fno-common -MMD -MP $(if $(WERROR),-Werror) $(OPT_$(VARIANT)) $(CFLAGS)
LDLIBS    := -lyaml -lm
# The program's libraries are linked in where the system has them as archives: it then starts in a third of the time.
STATIC_LIBS := yaml readline ncursesw tinfo sqlite3
TUI_LIBS  := -lncursesw -ltinfo -lreadline -lsqlite3
comma := ,
MISSING_ARCHIVES := $(filter lib%.a,$(foreach l,$(STATIC_LIBS),$(shell $(CC) -print-file-name=lib$l.a)))
PROGRAM_LIBS_release := $(if $(MISSING_ARCHIVES),,-no-pie -Wl$(comma)-Bstatic $(STATIC_LIBS:%=-l%) -Wl$(comma)-Bdynamic -lm)

SIM_SRC := $(sort $(filter-out sim/tools/%,$(wildcard sim/*.c sim/*/*.c)))
TUI_SRC := $(sort $(wildcard tui/*.c tui/*/*.c))
UNIT_SRC := $(sort $(wildcard tests/unit/*.c tests/unit/*/*.c))
SIM_OBJ := $(SIM_SRC:%.c=$B/%.o)
TUI_OBJ := $(TUI_SRC:%.c=$B/%.o)
UNITS   := $(UNIT_SRC:%.c=$B/%)
HDRS    := $(sort $(wildcard include/svcsim/*.h sim/*.h sim/*/*.h tui/*.h tui/*/*.h))

ifneq ($(V),1)
Q := @
say = @printf '  %-7s %s\n' $(1) $@;
endif

all: $B/svcsim            ## build the program

# The include path is the layering: sim/ and tui/ cannot find each other's headers.
$B/sim/%.o $B/tests/%.o: INC = -Iinclude -Isim
$B/tui/%.o: INC = -Iinclude -Itui
$B/tests/unit/tui/%.o: INC = -Iinclude -Itui

# Rebuild when the flags change, not only when the sources do.
FLAGS := $(CC) $(ALL_CFLAGS)
$B/.flags: FORCE
	@mkdir -p $(@D); printf '%s\n' '$(FLAGS)' | cmp -s - $@ || printf '%s\n' '$(FLAGS)' >$@

$B/%.o: %.c $B/.flags
	@mkdir -p $(@D)
	$(call say,CC) $(CC) $(INC) $(ALL_CFLAGS) -c -o $@ $<

$B/libsvcsim.a: $(SIM_OBJ)
	$(call say,AR) rm -f $@ && $(AR) rcsD $@ $^

# The README's cluster is settled once, here, and linked in (sim/ready.h).
$B/mkready: $B/sim/tools/mkready.o $B/libsvcsim.a
	$(call say,LD) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$B/ready.c: $B/mkready
	$(call say,GEN) $< >$@
$B/ready.o: $B/ready.c
	$(call say,CC) $(CC) -Iinclude -Isim $(ALL_CFLAGS) -c -o $@ $<

$B/svcsim: $(TUI_OBJ) $B/ready.o $B/libsvcsim.a
	$(call say,LD) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(or $(PROGRAM_LIBS_$(VARIANT)),$(LDLIBS) $(TUI_LIBS))

# Tests of tui/ have all of it but main.
TUI_UNITS := $(filter $B/tests/unit/tui/%,$(UNITS))
$B/tests/unit/ready: $B/ready.o
$(filter-out $(TUI_UNITS),$(UNITS)): $B/%: $B/%.o $B/libsvcsim.a
	$(call say,LD) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka
$(TUI_UNITS): $B/%: $B/%.o $(filter-out $B/tui/cli/main.o,$(TUI_OBJ)) $B/libsvcsim.a
	$(call say,LD) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(TUI_LIBS) -lcmocka

check: unit terminal packs property headers layers kernel fuzzcheck    ## everything a commit must pass
unit: $(UNITS)            ## unit tests, text specs, screens
	$(Q)set -e; for t in $^; do $$t || { echo "$$t: failed"; exit 1; }; done
terminal: $B/svcsim       ## a whole exam by keys, and the terminal as it was before (tmux)
	$(Q)bash tests/screen/terminal.sh $<
packs: $B/svcsim          ## what ships as scenarios is fair, for twenty seeds each
	$(Q)$< pack lint scenarios
	$(Q)ls -d scenarios/*/ | xargs -P "$$(nproc)" -n 1 $< pack test --seeds $(if $(filter asan,$(VARIANT)),2,20)
kernel: $B/tests/kernel/referee   ## our rules in the kernel, real connections (root)
	$(Q)$< tests/kernel/*.yaml --seeds 10 --seed 15
SECONDS ?= 0
soak: $B/tests/kernel/referee     ## random clusters in the kernel until a connection differs, or for SECONDS
	$(Q)$< --soak $(SECONDS)
KERNEL_OBJ := $(patsubst %.c,$B/%.o,$(wildcard tests/kernel/*.c))
$(KERNEL_OBJ): INC = -Iinclude -Isim -Itests/kernel
$B/tests/kernel/referee: $(KERNEL_OBJ) $B/libsvcsim.a
	$(call say,LD) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
property: $B/tests/property/property   ## random requests, and what must hold after each
	$(Q)$< --seeds $(if $(filter asan,$(VARIANT)),40,400)
PROPERTY_OBJ := $(patsubst %.c,$B/%.o,$(wildcard tests/property/*.c))
$(PROPERTY_OBJ): INC = -Iinclude -Isim -Itests/property
$B/tests/property/property: $(PROPERTY_OBJ) $B/libsvcsim.a
	$(call say,LD) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
headers: $(HDRS:%=$B/hdr/%.ok)   ## every header compiles alone
$B/hdr/%.ok: %
	@mkdir -p $(@D)
	$(call say,HDR) $(CC) -Iinclude $(if $(filter tui/%,$<),-Itui,-Isim) $(filter-out -MMD -MP,$(ALL_CFLAGS)) \
		-Wno-unused-function -xc -fsyntax-only $< && touch $@
layers:                   ## includes point only downwards
	$(Q)tests/lint/layers.sh
asan:                     ## the whole check under ASan and UBSan
	$(Q)$(MAKE) VARIANT=asan check

# Fuzz targets need clang: their objects are a tree of their own.
CLANG ?= clang
HAS_FUZZER := $(shell echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n); int LLVMFuzzerTestOneInput(const char *d, unsigned long n) {return !d && n;}' | \
	$(CLANG) -x c -fsanitize=fuzzer,address - -o /dev/null 2>/dev/null && echo yes)
FUZZ_FLAGS := -std=c11 -D_POSIX_C_SOURCE=200809L -Iinclude -Isim -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz-*.c)))
FUZZ_RUNS ?= 3000
build/fuzz/sim/%.o: sim/%.c
	@mkdir -p $(@D)
	$(call say,FUZZCC) $(CLANG) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<
build/fuzz/libsvcsim.a: $(SIM_SRC:%.c=build/fuzz/%.o)
	$(call say,AR) rm -f $@ && $(AR) rcsD $@ $^
build/fuzz/fuzz-%: tests/fuzz/fuzz-%.c build/fuzz/libsvcsim.a
	$(call say,FUZZLD) $(CLANG) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)
# Without it they run by a driver of our own.
PLAIN_FUZZERS := $(patsubst tests/fuzz/%.c,$B/tests/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz-*.c)))
$(PLAIN_FUZZERS): $B/%: $B/%.o $B/tests/fuzz/driver.o $B/libsvcsim.a
	$(call say,LD) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
fuzz: $(FUZZERS)          ## build the fuzz targets: build/fuzz/fuzz-*
fuzzcheck: $(if $(HAS_FUZZER),$(FUZZERS))   ## run each fuzz target briefly
ifeq ($(HAS_FUZZER),yes)
	$(Q)set -e; for f in $(FUZZERS); do n=$$(basename $$f); d=tests/fuzz/$$n.dict; mkdir -p build/fuzz/new/$$n; \
		$$f -seed=1 -runs=$(FUZZ_RUNS) -max_len=4096 -artifact_prefix=build/fuzz/ $$([ -f $$d ] && echo -dict=$$d) \
			build/fuzz/new/$$n $$(ls -d tests/fuzz/corpus/$$n 2>/dev/null) >build/fuzz/$$n.log 2>&1 \
			|| { tail -40 build/fuzz/$$n.log; echo "$$n: failed, see build/fuzz/"; exit 1; }; \
		echo "$$n: $(FUZZ_RUNS) runs, none failed"; done
else
fuzzcheck: $(PLAIN_FUZZERS)
	$(Q)set -e; for f in $^; do $$f $(FUZZ_RUNS) 1 tests/fuzz/corpus/$$(basename $$f)/*; done
endif

bench: $B/svcsim $B/tests/bench/yaml-events $B/tests/bench/rules   ## times, as ratios against something real in the same run
	$(Q)tests/bench/run.sh $< $B/tests/bench
$B/tests/bench/rules: $B/tests/bench/rules.o $B/libsvcsim.a
	$(call say,LD) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$B/tests/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(call say,CC) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)
lint:                     ## clang-tidy, shellcheck, mandoc: those that are installed
	$(Q)tests/lint/lint.sh $(SIM_SRC) $(TUI_SRC)
readme: $B/svcsim         ## the README's screenshots anew
	$(Q)tests/lint/readme.sh $<
deps:                     ## find out what is missing, and install it
	$(Q).ci/deps

install: all              ## honours DESTDIR and PREFIX
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(DATADIR) \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 0755 $B/svcsim $(DESTDIR)$(BINDIR)/svcsim
	$B/svcsim man >$(DESTDIR)$(MANDIR)/man1/svcsim.1
	$B/svcsim completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/svcsim
	$B/svcsim completion zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_svcsim
	$B/svcsim completion fish >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/svcsim.fish
	cp -R scenarios $(DESTDIR)$(DATADIR)/
clean:                    ## remove build/
	rm -rf build
help:                     ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1: /p' Makefile

.PHONY: all check unit terminal packs kernel headers layers asan fuzz fuzzcheck bench lint readme deps install clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:
-include $(SIM_OBJ:.o=.d) $(TUI_OBJ:.o=.d) $(UNITS:=.d) $(KERNEL_OBJ:.o=.d) $(PROPERTY_OBJ:.o=.d) $(PLAIN_FUZZERS:=.d) $B/tests/bench/rules.d $(SIM_SRC:%.c=build/fuzz/%.d)
