// SPDX-License-Identifier: GPL-2.0
/*
 * Adds and removes VLAN tags for rust_packets_capture.py without the module 8021q. tc runs these
 * programs, which push tags on egress and pop them on ingress.
 */

struct __sk_buff;

/* BPF_FUNC_skb_vlan_push and BPF_FUNC_skb_vlan_pop. */
static long (*const vlan_push)(struct __sk_buff *skb, unsigned short protocol,
			       unsigned short tci) = (void *)18;
static long (*const vlan_pop)(struct __sk_buff *skb) = (void *)19;

#define TC_ACT_SHOT	2
#define ETH_P_8021Q	__builtin_bswap16(0x8100)
#define ETH_P_8021AD	__builtin_bswap16(0x88a8)

#pragma clang section text = "tc/push1"
int push1(struct __sk_buff *skb)
{
	return vlan_push(skb, ETH_P_8021Q, 5) ? TC_ACT_SHOT : 0;
}

#pragma clang section text = "tc/push2"
int push2(struct __sk_buff *skb)
{
	if (vlan_push(skb, ETH_P_8021Q, 5) || vlan_push(skb, ETH_P_8021AD, 7))
		return TC_ACT_SHOT;
	return 0;
}

#pragma clang section text = "tc/pop1"
int pop1(struct __sk_buff *skb)
{
	return vlan_pop(skb) ? TC_ACT_SHOT : 0;
}

#pragma clang section text = "tc/pop2"
int pop2(struct __sk_buff *skb)
{
	return vlan_pop(skb) || vlan_pop(skb) ? TC_ACT_SHOT : 0;
}

#pragma clang section data = "license"
char _license[] = "GPL";
