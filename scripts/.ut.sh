. scripts/lib.sh
. scripts/uapi.sh
set +e
for n in ioctl_oversized ioctl_size same_compat; do
h=$tree/tools/testing/rust/uapi/$n.h; f=/tmp/adva/ut/$n; mkdir -p $f
{ echo "<$n.h>"; sed -n "s|^/\* list: \(.*\) \*/\$|\1|p" $h; } > $f/types
uapi_compile $h $f > $f.out 2>&1; echo "$n: $?"; head -c 1500 $f.out; grep -n IOCTL $f/rust/uapi/uapi_generated.rs
done
