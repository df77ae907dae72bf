/* Text for a terminal: nothing that the terminal would obey gets through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "term/safe.h"

struct row {
	const char *text;
	unsigned keep;
	const char *want;
};

static const struct row rows[] = {
	{ "plain", SAFE_NOTHING, "plain" },
	{ "a\nb\tc", SAFE_NOTHING, "a^Jb^Ic" },
	{ "a\nb\tc", SAFE_LINES, "a\nb\tc" },
	{ "HTTP/1.1 200 OK\r\nbody\r", SAFE_LINES, "HTTP/1.1 200 OK\nbody^M" },
	{ "\033]0;title\007", SAFE_LINES | SAFE_COLORS, "^[]0;title^G" },
	{ "\033[2J", SAFE_LINES | SAFE_COLORS, "^[[2J" },
	{ "\033[31mred\033[0m", SAFE_COLORS, "\033[31mred\033[0m" },
	{ "\033[31mred\033[0m", SAFE_LINES, "^[[31mred^[[0m" },
	{ "\033[8mhidden", SAFE_COLORS, "^[[8mhidden" },	/* conceal */
	{ "\033[41mred", SAFE_COLORS, "^[[41mred" },		/* a background hides text of the same colour */
	{ "\033[31", SAFE_COLORS, "^[[31" },
	{ "\177", SAFE_NOTHING, "^?" },
	{ "gr\303\274n \342\234\223", SAFE_NOTHING, "gr\303\274n \342\234\223" },
	{ "\303", SAFE_NOTHING, "\\xc3" },			/* cut short */
	{ "\300\257", SAFE_NOTHING, "\\xc0\\xaf" },		/* overlong slash */
	{ "\355\240\200", SAFE_NOTHING, "\\xed\\xa0\\x80" },	/* a surrogate */
	{ "\364\220\200\200", SAFE_NOTHING, "\\xf4\\x90\\x80\\x80" },	/* above U+10FFFF */
	{ "\302\233", SAFE_NOTHING, "<U+009B>" },		/* CSI in one character */
	{ "a\342\200\256b", SAFE_NOTHING, "a<U+202E>b" },	/* right-to-left override */
};

static void
text_is_made_safe(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str out = STR_INIT;

		safe_add(&out, rows[i].text, strlen(rows[i].text), rows[i].keep);
		assert_string_equal(out.buf, rows[i].want);
		str_release(&out);
	}
}

static void
a_zero_byte_shows(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	safe_add(&out, "a\0b", 3, SAFE_LINES);
	assert_string_equal(out.buf, "a^@b");
	str_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_made_safe),
		cmocka_unit_test(a_zero_byte_shows),
	};

	return cmocka_run_group_tests_name("tui/safe", tests, NULL, NULL);
}
