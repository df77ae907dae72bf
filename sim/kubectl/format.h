/* Small texts that tables and describe share: ages, labels, selectors, lists that stop after three. */
#ifndef KUBECTL_FORMAT_H
#define KUBECTL_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "api/value.h"
#include "svcsim/str.h"

/* Keys of a map in the order in which Go sorts strings; *n of them, freed by the caller. */
const struct value_entry **format_sorted(const struct value *map, size_t *n);

/* "a=b,c=d", or <none>. */
void format_labels(const struct value *labels, struct str *out);
/* metav1.FormatLabelSelector: "app=web,tier in (a,b),!old"; <none> when absent or empty. */
void format_label_selector(const struct value *selector, struct str *out);
/* As kubectl's AGE: "5m10s"; <unknown> for no time. */
void format_age(const char *timestamp, int64_t now, struct str *out);
/* An IntOrString, a string, a number or a bool as it would be typed. */
void format_scalar(const struct value *value, struct str *out);
/* Appends separator first, unless out is as long as start. */
void format_join(struct str *out, size_t start, const char *separator);
/* "10.0.0.1:80", "[fd00::1]:80" */
void format_host_port(const char *host, int64_t port, struct str *out);

/* A quantity such as "100m" or 1Gi as a number; false when it is none. */
bool format_parse_amount(const struct value *value, double *amount);
/* The other way: thousandths for decimal amounts (CPU), Ki, Mi, Gi.. for the others. */
void format_amount(double amount, bool decimal, struct str *out);

/* A list of which three are shown: "a,b,c + 2 more..." */
struct format_list {
	struct str *out;
	size_t start, count;
};
/* Where the next item goes: NULL when three are shown already. */
struct str *format_list_next(struct format_list *list);
void format_list_end(struct format_list *list);

#endif
