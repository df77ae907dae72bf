#!/bin/sh
# Fails, with file and line, for an include that the table beside this file doesn't allow.
cd "$(dirname "$0")/../.." || exit 2
# shellcheck disable=SC2016 # the dollars are awk's
find include sim tui -name '*.[ch]' | LC_ALL=C sort | xargs awk '
	BEGIN {
		while ((getline line < "tests/lint/layers") > 0) {
			if (line ~ /^#/ || line !~ /:/) continue
			split(line, part, ":"); folder = part[1]; known[folder] = 1; may[folder, folder] = 1
			n = split(part[2], word, " ")
			for (i = 1; i <= n; i++) may[folder, word[i]] = 1
		}
	}
	FNR == 1 { here = FILENAME; sub(/\/[^\/]*$/, "", here); top = here; sub(/\/.*/, "", top)
		if (!(here in known)) { print FILENAME ": folder " here " is not in tests/lint/layers"; bad = 1 } }
	/^[ \t]*#[ \t]*include[ \t]*</ {
		lib = $0; sub(/^[^<]*</, "", lib); sub(/>.*/, "", lib)
		if ((lib ~ /curses/ && here != "tui/term") || (lib ~ /^readline\// && here != "tui/shell") ||
		    (lib ~ /sqlite3/ && here != "tui/progress") || (lib ~ /^yaml/ && here != "sim/api")) {
			printf "%s:%d: %s does not belong in %s\n", FILENAME, FNR, lib, here; bad = 1 }
		next
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		file = $0; sub(/^[^"]*"/, "", file); sub(/".*/, "", file)
		if (file ~ /\.\./) { printf "%s:%d: %s climbs\n", FILENAME, FNR, file; bad = 1; next }
		if (file ~ /^svcsim\//) target = "include/svcsim"
		else if (file ~ /\//) { target = file; sub(/\/[^\/]*$/, "", target); target = top "/" target }
		else target = top
		if (!((here, target) in may)) { printf "%s:%d: %s may not include %s (%s)\n", FILENAME, FNR, here, file, target; bad = 1 }
	}
	END { exit bad }'
