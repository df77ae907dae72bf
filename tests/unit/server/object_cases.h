/*
 * Objects of other kinds and what a real v1.32 API server said to their creation: transcripts of a real v1.32 API
 * server.  text is what follows `is invalid: `, or the whole of another refusal; "" is: created.
 */
static const struct object_case {
	const char *name, *kind, *body, *text;
} object_cases[] = {
	{ "ing", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: full, annotations: "
		"{nginx.ingress.kubernetes.io/rewrite-target: /}}, spec: {ingressClassName: nginx, "
		"defaultBackend: {service: {name: web, port: {number: 80}}}, tls: [{hosts: [a.example.com, "
		"b.example.com], secretName: tls1}], rules: [{host: a.example.com, http: {paths: [{path: /, "
		"pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}, {path: /api, "
		"pathType: Exact, backend: {service: {name: api, port: {name: http}}}}]}}, {host: "
		"'*.example.com', http: {paths: [{path: /x, pathType: ImplementationSpecific, backend: "
		"{service: {name: nosuch, port: {number: 80}}}}]}}, {http: {paths: [{pathType: Prefix, path: "
		"/, backend: {service: {name: web, port: {number: 81}}}}]}}]}}",
		"" },
	{ "nopathtype", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: nopathtype}, spec: "
		"{rules: [{http: {paths: [{path: /, backend: {service: {name: web, port: {number: "
		"80}}}}]}}]}}",
		"spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified" },
	{ "badpathtype", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: badpathtype}, spec: "
		"{rules: [{http: {paths: [{path: /, pathType: Regex, backend: {service: {name: web, port: "
		"{number: 80}}}}]}}]}}",
		"spec.rules[0].http.paths[0].pathType: Unsupported value: \"Regex\": supported values: "
		"\"Exact\", \"ImplementationSpecific\", \"Prefix\"" },
	{ "relpath", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: relpath}, spec: {rules: "
		"[{http: {paths: [{path: foo, pathType: Prefix, backend: {service: {name: web, port: "
		"{number: 80}}}}]}}]}}",
		"spec.rules[0].http.paths[0].path: Invalid value: \"foo\": must be an absolute path" },
	{ "nopath", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: nopath}, spec: {rules: "
		"[{http: {paths: [{pathType: Prefix, backend: {service: {name: web, port: {number: "
		"80}}}}]}}]}}",
		"spec.rules[0].http.paths[0].path: Invalid value: \"\": must be an absolute path" },
	{ "nobackend", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: nobackend}, spec: "
		"{rules: [{http: {paths: [{path: /, pathType: Prefix}]}}]}}",
		"spec.rules[0].http.paths[0].backend: Invalid value: \"\": resource or service backend is "
		"required" },
	{ "noport", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: noport}, spec: {rules: "
		"[{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web}}}]}}]}}",
		"spec.rules[0].http.paths[0].backend: Required value: port name or number is required" },
	{ "bothports", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: bothports}, spec: "
		"{rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: "
		"{number: 80, name: http}}}}]}}]}}",
		"spec.rules[0].http.paths[0].backend: Invalid value: \"\": cannot set both port name & port "
		"number" },
	{ "oldbackend", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: oldbackend}, spec: "
		"{rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {serviceName: web, "
		"servicePort: 80}}]}}]}}",
		"Ingress in version \"v1\" cannot be handled as a Ingress: strict decoding error: unknown "
		"field \"spec.rules[0].http.paths[0].backend.serviceName\", unknown field "
		"\"spec.rules[0].http.paths[0].backend.servicePort\"" },
	{ "badhost", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: badhost}, spec: {rules: "
		"[{host: a b, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, "
		"port: {number: 80}}}}]}}]}}",
		"spec.rules[0].host: Invalid value: \"a b\": a lowercase RFC 1123 subdomain must consist of "
		"lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric "
		"character (e.g. 'example.com', regex used for validation is "
		"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')" },
	{ "iphost", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: iphost}, spec: {rules: "
		"[{host: 10.1.2.3, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, "
		"port: {number: 80}}}}]}}]}}",
		"spec.rules[0].host: Invalid value: \"10.1.2.3\": must be a DNS name, not an IP address" },
	{ "norules", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: norules}, spec: "
		"{ingressClassName: nginx}}",
		"spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must "
		"be specified" },
	{ "empty", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: empty}, spec: {}}",
		"spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must "
		"be specified" },
	{ "badclass", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: badclass}, spec: "
		"{ingressClassName: Bad_Class, defaultBackend: {service: {name: web, port: {number: 80}}}}}",
		"spec.ingressClassName: Invalid value: \"Bad_Class\": a lowercase RFC 1123 subdomain must "
		"consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
		"alphanumeric character (e.g. 'example.com', regex used for validation is "
		"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')" },
	{ "defonly", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: defonly}, spec: "
		"{defaultBackend: {service: {name: web, port: {number: 80}}}}}",
		"" },
	{ "strport", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: strport}, spec: {rules: "
		"[{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: "
		"'80'}}}}]}}]}}",
		"Ingress in version \"v1\" cannot be handled as a Ingress: json: cannot unmarshal string "
		"into Go struct field ServiceBackendPort.spec.rules.http.paths.backend.service.port.number "
		"of type int32" },
	{ "port0", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: port0}, spec: {rules: "
		"[{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: "
		"0}}}}]}}]}}",
		"spec.rules[0].http.paths[0].backend: Required value: port name or number is required" },
	{ "dotdot", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: dotdot}, spec: {rules: "
		"[{http: {paths: [{path: /a/../b, pathType: Prefix, backend: {service: {name: web, port: "
		"{number: 80}}}}]}}]}}",
		"spec.rules[0].http.paths[0].path: Invalid value: \"/a/../b\": must not contain '/../'" },
	{ "emptypaths", "Ingress",
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: emptypaths}, spec: "
		"{rules: [{host: a.b, http: {paths: []}}]}}",
		"spec.rules[0].http.paths: Required value" },
	{ "deny", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: default-deny}, "
		"spec: {podSelector: {}, policyTypes: [Ingress]}}",
		"" },
	{ "denyall", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny-all}, spec: "
		"{podSelector: {}, policyTypes: [Ingress, Egress]}}",
		"" },
	{ "allow", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: allow-web}, spec: "
		"{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: "
		"{access: 'true'}}}, {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: dev}}, "
		"podSelector: {matchExpressions: [{key: tier, operator: In, values: [fe, be]}]}}, {ipBlock: "
		"{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], ports: [{protocol: TCP, port: 80}, {port: "
		"http}, {protocol: TCP, port: 32000, endPort: 32768}]}], egress: [{to: [], ports: "
		"[{protocol: UDP, port: 53}]}, {}], policyTypes: [Ingress, Egress]}}",
		"" },
	{ "nosel", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: nosel}, spec: "
		"{policyTypes: [Ingress]}}",
		"" },
	{ "badtype", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: badtype}, spec: "
		"{podSelector: {}, policyTypes: [ingress]}}",
		"spec.policyTypes[0]: Unsupported value: \"ingress\": supported values: \"Ingress\", "
		"\"Egress\"" },
	{ "badcidr", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: badcidr}, spec: "
		"{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0}}]}]}}",
		"spec.ingress[0].from[0].ipBlock.cidr: Invalid value: \"10.0.0.0\": must be a valid CIDR "
		"value, (e.g. 10.9.8.0/24 or 2001:db8::/64)" },
	{ "badexcept", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: badexcept}, spec: "
		"{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/24, except: "
		"[10.1.0.0/24]}}]}]}}",
		"spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: \"10.1.0.0/24\": must be a strict "
		"subset of `cidr`" },
	{ "badport", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: badport}, spec: "
		"{podSelector: {}, ingress: [{ports: [{port: 70000}]}]}}",
		"spec.ingress[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive" },
	{ "badproto", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: badproto}, spec: "
		"{podSelector: {}, ingress: [{ports: [{port: 80, protocol: HTTP}]}]}}",
		"spec.ingress[0].ports[0].protocol: Unsupported value: \"HTTP\": supported values: \"TCP\", "
		"\"UDP\", \"SCTP\"" },
	{ "badendport", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: badendport}, spec: "
		"{podSelector: {}, ingress: [{ports: [{port: 90, endPort: 80}]}]}}",
		"spec.ingress[0].ports[0].endPort: Invalid value: 90: must be greater than or equal to `port`" },
	{ "endport-named", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: endport-named}, "
		"spec: {podSelector: {}, ingress: [{ports: [{port: http, endPort: 80}]}]}}",
		"spec.ingress[0].ports[0].endPort: Invalid value: 80: may not be specified when `port` is "
		"non-numeric" },
	{ "mixpeer", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: mixpeer}, spec: "
		"{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/24}, podSelector: {}}]}]}}",
		"spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer" },
	{ "emptypeer", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: emptypeer}, spec: "
		"{podSelector: {}, ingress: [{from: [{}]}]}}",
		"spec.ingress[0].from[0]: Required value: must specify a peer" },
	{ "frommap", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: frommap}, spec: "
		"{podSelector: {}, ingress: [{from: {podSelector: {}}}]}}",
		"NetworkPolicy in version \"v1\" cannot be handled as a NetworkPolicy: json: cannot "
		"unmarshal object into Go struct field NetworkPolicyIngressRule.spec.ingress.from of type "
		"[]v1.NetworkPolicyPeer" },
	{ "nomatch", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: nomatch}, spec: "
		"{podSelector: {app: web}}}",
		"NetworkPolicy in version \"v1\" cannot be handled as a NetworkPolicy: strict decoding "
		"error: unknown field \"spec.podSelector.app\"" },
	{ "badop", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: badop}, spec: "
		"{podSelector: {matchExpressions: [{key: a, operator: Foo, values: [b]}]}}}",
		"spec.podSelector.matchExpressions[0].operator: Invalid value: \"Foo\": not a valid selector "
		"operator" },
	{ "badinempty", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: badinempty}, spec: "
		"{podSelector: {matchExpressions: [{key: a, operator: In}]}}}",
		"spec.podSelector.matchExpressions[0].values: Required value: must be specified when "
		"`operator` is 'In' or 'NotIn'" },
	{ "tooncase", "NetworkPolicy",
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: tooncase}, spec: "
		"{podSelector: {}, policyTypes: [Ingress, Egress, Egress]}}",
		"spec.policyTypes: Invalid value: []networking.PolicyType{\"Ingress\", \"Egress\", "
		"\"Egress\"}: may not specify more than two policyTypes" },
	{ "eps-bad1", "Endpoints",
		"{apiVersion: v1, kind: Endpoints, metadata: {name: b1}, subsets: [{addresses: [{ip: "
		"127.0.0.1}], ports: [{port: 80}]}]}",
		"subsets[0].addresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the loopback range "
		"(127.0.0.0/8, ::1/128)" },
	{ "eps-bad2", "Endpoints",
		"{apiVersion: v1, kind: Endpoints, metadata: {name: b2}, subsets: [{addresses: [{ip: "
		"foo.example.com}], ports: [{port: 80}]}]}",
		"[subsets[0].addresses[0].ip: Invalid value: \"foo.example.com\": must be a valid IP "
		"address, (e.g. 10.9.8.7 or 2001:db8::ffff), subsets[0].addresses[0].ip: Invalid value: "
		"\"foo.example.com\": must be a valid IP address]" },
	{ "eps-bad3", "Endpoints",
		"{apiVersion: v1, kind: Endpoints, metadata: {name: b3}, subsets: [{addresses: [{ip: "
		"10.0.0.1}], ports: [{port: 80}, {port: 81}]}]}",
		"[subsets[0].ports[0].name: Required value, subsets[0].ports[1].name: Required value]" },
	{ "eps-bad4", "Endpoints",
		"{apiVersion: v1, kind: Endpoints, metadata: {name: b4}, subsets: [{ports: [{port: 80}]}]}",
		"subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`" },
	{ "eps-bad5", "Endpoints",
		"{apiVersion: v1, kind: Endpoints, metadata: {name: b5}, subsets: [{addresses: [10.0.0.1], "
		"ports: [{port: 80}]}]}",
		"Endpoints in version \"v1\" cannot be handled as a Endpoints: json: cannot unmarshal string "
		"into Go struct field EndpointSubset.subsets.addresses of type v1.EndpointAddress" },
	{ "slice-bad1", "EndpointSlice",
		"{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: sb1}, endpoints: "
		"[{addresses: [10.0.0.1]}]}",
		"addressType: Required value" },
	{ "slice-bad2", "EndpointSlice",
		"{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: sb2}, addressType: "
		"IPv4, endpoints: [{addresses: ['fd00::1']}]}",
		"endpoints[0].addresses[0]: Invalid value: \"fd00::1\": must be a valid IPv4 address" },
	{ "slice-bad3", "EndpointSlice",
		"{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: sb3}, addressType: "
		"IPv4, endpoints: [], ports: [{name: Bad_Name, port: 80}]}",
		"ports[0].name: Invalid value: \"Bad_Name\": a lowercase RFC 1123 label must consist of "
		"lower case alphanumeric characters or '-', and must start and end with an alphanumeric "
		"character (e.g. 'my-name',  or '123-abc', regex used for validation is "
		"'[a-z0-9]([-a-z0-9]*[a-z0-9])?')" },
};
