/*
 * libFuzzer: the templates that -o takes, over one object.  The first byte says which language the others are in.  None
 * crashes, runs for ever or fills the memory, and what can be parsed is printed or fails with a word.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "api/jsonpath.h"
#include "api/yaml.h"
#include "kubectl/custom_columns.h"
#include "kubectl/go_template.h"
#include "kubectl/sort_by.h"

#define TEMPLATE_MAX 2000	/* longer ones only take longer */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char object[] = "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\",\"labels\":{\"app\":\"web\",\"a.b/c\":\"d\"}},"
	"\"spec\":{\"containers\":[{\"name\":\"c1\",\"ports\":[{\"containerPort\":80,\"name\":\"http\"},"
	"{\"containerPort\":443}]},{\"name\":\"c2\",\"command\":[\"sh\",\"-c\"]},{\"name\":\"c3\",\"tty\":true}],"
	"\"priority\":7,\"share\":0.5,\"volumes\":[],\"overhead\":null}}";

static int
print_template(char language, const char *template, const struct value *root, struct str *out, struct err *err)
{
	size_t order[2];
	const struct value *const roots[] = { root, root };
	struct custom_columns_spec spec = { template, language % 5 == 3 };

	switch (language % 5) {
	case 0:
		return go_template_print(template, root, language & 8, out, err);
	case 1:
		return jsonpath_print(template, root, language & 8, language & 16, out, err);
	case 4:
		return sort_by(template, roots, 2, language & 8, order, err) ? -1 : 0;
	default:
		return custom_columns_print(spec, root, language & 8, out, err);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena = ARENA_INIT;
	static struct value *root;
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	char template[TEMPLATE_MAX + 1];
	size_t len;

	if (!size || (!root && json_read("", object, strlen(object), &arena, &root, &err)))
		return 0;
	len = size - 1 < TEMPLATE_MAX ? size - 1 : TEMPLATE_MAX;
	memcpy(template, data + 1, len);
	template[len] = '\0';
	if (print_template((char)(data[0] & 0x7f), template, root, &out, &err) && !err.text)
		BUG("a template fails without a word: %s", template);
	str_release(&out);
	err_release(&err);
	return 0;
}
