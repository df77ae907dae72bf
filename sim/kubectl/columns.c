/*
 * The server's table columns, one table a kind, one function a cell; follows
 * k8s.io/kubernetes/pkg/printers/internalversion/printers.go (v1.32).  A column without a function is the name.
 */
#include "kubectl/columns.h"

#include <string.h>

#include "kubectl/format.h"

const struct column plain_columns[] = {
	NAME,
	CELL_OF("AGE", cell_age),
	END,
};

static const struct column_table *const tables[] = { columns_workload, columns_network, columns_cluster };

void
cell_age(const struct value *root, int64_t now, struct str *out)
{
	format_age(value_text(value_path(root, "metadata.creationTimestamp")), now, out);
}

void
cell_selector(const struct value *root, int64_t now, struct str *out)
{
	(void)now;
	format_labels(SPEC("selector"), out);
}

const char *
column_or_none(const char *text)
{
	return text && *text ? text : "<none>";
}

int64_t
column_number(const struct value *root, const char *path)
{
	const struct value *value = value_path(root, path);

	return value && value->type == VALUE_INT ? value->integer : 0;
}

const struct column *
columns_of(const struct kind *kind)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (const struct column_table *row = tables[i]; row->kind; row++)
			if (strcmp(row->kind, kind->kind) == 0)
				return row->columns;
	return plain_columns;
}
