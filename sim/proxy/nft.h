/*
 * The tables of nftables as text, in two forms as those of iptables: what `nft list ruleset` prints after the kernel
 * took them, and the commands by which kube-proxy makes them.
 */
#ifndef PROXY_NFT_H
#define PROXY_NFT_H

#include "proxy/ruleset.h"

enum nft_form { NFT_LIST, NFT_COMMANDS };

void nft_write_list(const struct ruleset *ruleset, struct str *out);	/* nft 1.0.6 */
void nft_write_commands(const struct ruleset *ruleset, struct str *out);

/*
 * One rule without its chain.  only: of a map in the rule just this element and dots for the others; NULL: all.
 */
void nft_write_rule(const struct rule *rule, enum nft_form form, const struct element *only, struct str *out);
void nft_write_element(const struct element *element, struct str *out);	/* "10.96.0.1 . tcp . 443 : goto .." */

#endif
