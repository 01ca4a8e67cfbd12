// SPDX-License-Identifier: GPL-2.0
/*
 * The C version of the driver, the baseline for the two Rust versions.
 */
#include <linux/fs.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/udp.h>
#include <uapi/linux/rust_bench.h>

struct rust_bench {
	/* Protects all fields below. */
	struct mutex lock;
	u64 value;
	u32 mode;
	struct rust_bench_block block;
	struct rust_bench_page *page;
	u8 *buffer;
	/* The distance between two frames in the buffer, in bytes. */
	size_t frame;
};

static void set_value(struct rust_bench *bench, u64 value)
{
	mutex_lock(&bench->lock);
	bench->value = value;
	mutex_unlock(&bench->lock);
}

static long set(struct rust_bench *bench, u64 __user *arg)
{
	u64 value;

	if (get_user(value, arg))
		return -EFAULT;
	set_value(bench, value);
	return 0;
}

static long get(struct rust_bench *bench, u64 __user *arg)
{
	u64 value;

	mutex_lock(&bench->lock);
	value = bench->value;
	mutex_unlock(&bench->lock);
	return put_user(value, arg);
}

static long swap_block(struct rust_bench *bench, struct rust_bench_block __user *arg)
{
	struct rust_bench_block block;

	if (copy_from_user(&block, arg, sizeof(block)))
		return -EFAULT;
	mutex_lock(&bench->lock);
	swap(bench->block, block);
	mutex_unlock(&bench->lock);
	if (copy_to_user(arg, &block, sizeof(block)))
		return -EFAULT;
	return 0;
}

static u64 ends(const struct rust_bench_page *page)
{
	return page->words[0] + page->words[ARRAY_SIZE(page->words) - 1];
}

static noinline_for_stack long stack(struct rust_bench *bench, void __user *arg)
{
	struct rust_bench_page page;

	if (copy_from_user(&page, arg, sizeof(page)))
		return -EFAULT;
	set_value(bench, ends(&page));
	return 0;
}

static long heap(struct rust_bench *bench, void __user *arg)
{
	struct rust_bench_page *page = memdup_user(arg, sizeof(*page));

	if (IS_ERR(page))
		return PTR_ERR(page);
	set_value(bench, ends(page));
	kfree(page);
	return 0;
}

static long keep(struct rust_bench *bench, void __user *arg)
{
	long ret = 0;

	mutex_lock(&bench->lock);
	if (copy_from_user(bench->page, arg, sizeof(*bench->page)))
		ret = -EFAULT;
	else
		bench->value = ends(bench->page);
	mutex_unlock(&bench->lock);
	return ret;
}

static long set_mode(struct rust_bench *bench, u32 __user *arg)
{
	u32 mode;

	if (get_user(mode, arg))
		return -EFAULT;
	if (mode >= RUST_BENCH_MODES)
		return -EINVAL;
	mutex_lock(&bench->lock);
	bench->mode = mode;
	mutex_unlock(&bench->lock);
	return 0;
}

static long configure(struct rust_bench *bench, void __user *arg)
{
	struct rust_bench_config config;

	if (copy_from_user(&config, arg, sizeof(config)))
		return -EFAULT;
	if (config.flags & ~RUST_BENCH_FLAGS || config.reserved)
		return -EINVAL;
	set_value(bench, config.value);
	return 0;
}

static long version(struct rust_bench *bench, void __user *arg, size_t size)
{
	struct rust_bench_version version;
	int ret;

	if (size < offsetofend(struct rust_bench_version, first))
		return -EINVAL;
	ret = copy_struct_from_user(&version, sizeof(version), arg, size);
	if (ret)
		return ret;
	set_value(bench, version.first + version.second);
	return 0;
}

static long array(struct rust_bench *bench, void __user *arg)
{
	struct rust_bench_array array;
	struct rust_bench_point *points;
	u64 sum = 0;
	u32 i;

	if (copy_from_user(&array, arg, sizeof(array)))
		return -EFAULT;
	if (array.reserved)
		return -EINVAL;
	if (array.count > RUST_BENCH_MAX)
		return -E2BIG;
	points = memdup_array_user(u64_to_user_ptr(array.points), array.count, sizeof(*points));
	if (IS_ERR(points))
		return PTR_ERR(points);
	for (i = 0; i < array.count; i++)
		sum += points[i].x + points[i].y;
	set_value(bench, sum);
	kfree(points);
	return 0;
}

struct list {
	struct rust_bench_list header;
	u64 values[];
};

static long sum_list(struct rust_bench *bench, struct list __user *arg)
{
	struct rust_bench_list header;
	struct list *list;
	u64 sum = 0;
	u32 i;

	if (copy_from_user(&header, &arg->header, sizeof(header)))
		return -EFAULT;
	if (header.count > RUST_BENCH_MAX)
		return -E2BIG;
	list = kmalloc(struct_size(list, values, header.count), GFP_KERNEL);
	if (!list)
		return -ENOMEM;
	list->header = header;
	if (copy_from_user(list->values, arg->values, array_size(header.count, sizeof(u64)))) {
		kfree(list);
		return -EFAULT;
	}
	for (i = 0; i < list->header.count; i++)
		sum += list->values[i];
	set_value(bench, sum);
	kfree(list);
	return 0;
}

static long load(struct rust_bench *bench, void __user *arg)
{
	struct rust_bench_buffer buffer;
	long ret = 0;

	if (copy_from_user(&buffer, arg, sizeof(buffer)))
		return -EFAULT;
	if (buffer.size > RUST_BENCH_SIZE)
		return -E2BIG;
	mutex_lock(&bench->lock);
	if (copy_from_user(bench->buffer, u64_to_user_ptr(buffer.addr), buffer.size))
		ret = -EFAULT;
	mutex_unlock(&bench->lock);
	return ret;
}

/* Returns the size of the UDP payload of an IPv4 frame, skipping any VLAN tags. */
static noinline int payload(const u8 *frame, size_t left)
{
	const struct ethhdr *eth = (const void *)frame;
	const struct iphdr *ip;
	const struct udphdr *udp;
	size_t options, length;
	__be16 protocol;

	if (left < sizeof(*eth))
		return -EINVAL;
	protocol = eth->h_proto;
	frame += sizeof(*eth);
	left -= sizeof(*eth);

	while (eth_type_vlan(protocol)) {
		const struct vlan_hdr *vlan = (const void *)frame;

		if (left < sizeof(*vlan))
			return -EINVAL;
		protocol = vlan->h_vlan_encapsulated_proto;
		frame += sizeof(*vlan);
		left -= sizeof(*vlan);
	}
	if (protocol != htons(ETH_P_IP))
		return -EINVAL;

	ip = (const void *)frame;
	if (left < sizeof(*ip) || ip->version != 4 || ip->ihl < 5)
		return -EINVAL;
	options = ip->ihl * 4;
	length = ntohs(ip->tot_len);
	if (length < options || length > left || ip->protocol != IPPROTO_UDP)
		return -EINVAL;
	frame += options;
	left = length - options;

	udp = (const void *)frame;
	if (left < sizeof(*udp))
		return -EINVAL;
	length = ntohs(udp->len);
	if (length < sizeof(*udp) || length > left)
		return -EINVAL;
	return length - sizeof(*udp);
}

static long parse(struct rust_bench *bench, u32 count)
{
	long sum = 0;
	int ret = 0;
	u32 i;

	mutex_lock(&bench->lock);
	if (count > RUST_BENCH_SIZE / bench->frame)
		ret = -E2BIG;
	for (i = 0; ret >= 0 && i < count; i++) {
		ret = payload(bench->buffer + i * bench->frame, bench->frame);
		sum += ret;
	}
	mutex_unlock(&bench->lock);
	return ret < 0 ? ret : sum;
}

static long rust_bench_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct rust_bench *bench = file->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case RUST_BENCH_NONE:
		return 0;
	case RUST_BENCH_SET:
		return set(bench, user);
	case RUST_BENCH_GET:
		return get(bench, user);
	case RUST_BENCH_SWAP:
		return swap_block(bench, user);
	case RUST_BENCH_STACK:
		return stack(bench, user);
	case RUST_BENCH_HEAP:
		return heap(bench, user);
	case RUST_BENCH_KEEP:
		return keep(bench, user);
	case RUST_BENCH_MODE:
		return set_mode(bench, user);
	case RUST_BENCH_CONFIG:
		return configure(bench, user);
	case RUST_BENCH_ARRAY:
		return array(bench, user);
	case RUST_BENCH_LIST:
		return sum_list(bench, user);
	case RUST_BENCH_LOAD:
		return load(bench, user);
	case RUST_BENCH_PARSE:
		return parse(bench, arg);
	}
	/* User space may use another version of the struct, with another size. */
	switch (cmd & ~IOCSIZE_MASK) {
	case RUST_BENCH_VERSION & ~IOCSIZE_MASK:
		return version(bench, user, _IOC_SIZE(cmd));
	}
	return -ENOTTY;
}

static int rust_bench_release(struct inode *inode, struct file *file)
{
	struct rust_bench *bench = file->private_data;

	kvfree(bench->buffer);
	kfree(bench->page);
	kfree(bench);
	return 0;
}

static int rust_bench_open(struct inode *inode, struct file *file)
{
	struct rust_bench *bench = kzalloc_obj(*bench);

	if (!bench)
		return -ENOMEM;
	mutex_init(&bench->lock);
	bench->page = kzalloc_obj(*bench->page);
	bench->buffer = kvzalloc(RUST_BENCH_SIZE, GFP_KERNEL);
	bench->frame = RUST_BENCH_FRAME;
	file->private_data = bench;
	if (!bench->page || !bench->buffer) {
		rust_bench_release(inode, file);
		return -ENOMEM;
	}
	return 0;
}

static const struct file_operations rust_bench_fops = {
	.owner		= THIS_MODULE,
	.open		= rust_bench_open,
	.release	= rust_bench_release,
	.unlocked_ioctl	= rust_bench_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

static struct miscdevice rust_bench = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "rust-bench-c",
	.fops	= &rust_bench_fops,
};
module_misc_device(rust_bench);

MODULE_AUTHOR("zerocopy for Rust-for-Linux");
MODULE_DESCRIPTION("Benchmark driver: ioctls in C");
MODULE_LICENSE("GPL");
