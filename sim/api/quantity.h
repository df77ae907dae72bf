/* Amounts such as "500m", "1Gi" or "12e6" (k8s.io/apimachinery/pkg/api/resource/quantity.go). */
#ifndef API_QUANTITY_H
#define API_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "svcsim/str.h"

/* NULL, and *canonical is text as the API server writes it back ("0.5" as "500m", "1024Mi" as "1Gi"); else why it is
 * none. */
const char *quantity_canonical(const char *text, struct str *canonical);
/* Below zero, zero or above, as a is less than, equal to or more than b; texts that are no quantities count as zero. */
int quantity_compare(const char *a, const char *b);
/* Whether the amount is a whole number of ones that fits, which *ones then is. */
bool quantity_whole(const char *text, int64_t *ones);
/* For sums: in thousandths, rounded up; and back, in its canonical form, by powers of 1024 where they go up. */
int64_t quantity_milli(const char *text);
void quantity_from_milli(int64_t milli, bool binary, struct str *canonical);

#endif
