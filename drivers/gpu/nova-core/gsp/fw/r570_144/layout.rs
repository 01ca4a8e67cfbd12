// SPDX-License-Identifier: GPL-2.0

//! Checks that the bindings have the layout of the 570.144 firmware.

use super::*;

assert_layout! {
    ACPI_METHOD_DATA: 676, 4 {
        bValid 0, __bindgen_padding_0 1, dodMethodData 4, jtMethodData 76, muxMethodData 88,
        capsMethodData 668,
    }
    BUSINFO: 10, 2 {
        deviceID 0, vendorID 2, subdeviceID 4, subvendorID 6, revisionID 8, __bindgen_padding_0 9,
    }
    CAPS_METHOD_DATA: 8, 4 { status 0, optimusCaps 4 }
    DOD_METHOD_DATA: 72, 4 { status 0, acpiIdListLen 4, acpiIdList 8 }
    EcidManufacturingInfo: 12, 4 { ecidLow 0, ecidHigh 4, ecidExtended 8 }
    FW_WPR_LAYOUT_OFFSET: 16, 8 { nonWprHeapOffset 0, frtsOffset 8 }
    GSP_ACR_BOOT_GSP_RM_PARAMS: 32, 8 {
        target 0, gspRmDescSize 4, gspRmDescOffset 8, wprCarveoutOffset 16, wprCarveoutSize 24,
        bIsGspRmBoot 28, __bindgen_padding_0 29,
    }
    GSP_ARGUMENTS_CACHED: 72, 8 {
        messageQueueInitArguments 0, srInitArguments 32, gpuInstance 44, bDmemStack 48,
        __bindgen_padding_0 49, profilerArgs 56,
    }
    GSP_ARGUMENTS_CACHED__bindgen_ty_1: 16, 8 { pa 0, size 8 }
    GSP_FMC_BOOT_PARAMS: 80, 8 {
        initParams 0, __bindgen_padding_0 4, bootGspRmParams 8, gspRmParams 40, gspSpdmParams 56,
    }
    GSP_FMC_INIT_PARAMS: 4, 4 { regkeys 0 }
    GSP_MSG_QUEUE_ELEMENT: 80, 8 {
        authTagBuffer 0, aadBuffer 16, checkSum 32, seqNum 36, elemCount 40,
        __bindgen_padding_0 44, rpc 48,
    }
    GSP_PCIE_CONFIG_REG: 4, 4 { linkCap 0 }
    GSP_RM_PARAMS: 16, 8 { target 0, __bindgen_padding_0 4, bootArgsOffset 8 }
    GSP_SEQUENCER_BUFFER_CMD: 24, 4 { opCode 0, payload 4 }
    GSP_SEQ_BUF_PAYLOAD_DELAY_US: 4, 4 { val 0 }
    GSP_SEQ_BUF_PAYLOAD_REG_MODIFY: 12, 4 { addr 0, mask 4, val 8 }
    GSP_SEQ_BUF_PAYLOAD_REG_POLL: 20, 4 { addr 0, mask 4, val 8, timeout 12, error 16 }
    GSP_SEQ_BUF_PAYLOAD_REG_STORE: 8, 4 { addr 0, index 4 }
    GSP_SEQ_BUF_PAYLOAD_REG_WRITE: 8, 4 { addr 0, val 4 }
    GSP_SPDM_PARAMS: 24, 8 {
        target 0, __bindgen_padding_0 4, payloadBufferOffset 8, payloadBufferSize 16,
        __bindgen_padding_1 20,
    }
    GSP_SR_INIT_ARGUMENTS: 12, 4 { oldLevel 0, flags 4, bInPMTransition 8, __bindgen_padding_0 9 }
    GSP_VF_INFO: 40, 8 {
        totalVFs 0, firstVFOffset 4, FirstVFBar0Address 8, FirstVFBar1Address 16,
        FirstVFBar2Address 24, b64bitBar0 32, b64bitBar1 33, b64bitBar2 34, __bindgen_padding_0 35,
    }
    GspFwWprMeta: 256, 8 {
        magic 0, revision 8, sysmemAddrOfRadix3Elf 16, sizeOfRadix3Elf 24,
        sysmemAddrOfBootloader 32, sizeOfBootloader 40, bootloaderCodeOffset 48,
        bootloaderDataOffset 56, bootloaderManifestOffset 64, __bindgen_anon_1 72,
        gspFwRsvdStart 88, nonWprHeapOffset 96, nonWprHeapSize 104, gspFwWprStart 112,
        gspFwHeapOffset 120, gspFwHeapSize 128, gspFwOffset 136, bootBinOffset 144, frtsOffset 152,
        frtsSize 160, gspFwWprEnd 168, fbSize 176, vgaWorkspaceOffset 184, vgaWorkspaceSize 192,
        bootCount 200, __bindgen_anon_2 208, gspFwHeapVfPartitionCount 240, flags 241, padding 242,
        pmuReservedSize 244, verified 248,
    }
    GspFwWprMeta__bindgen_ty_1: 16, 8 { __bindgen_anon_1 0, __bindgen_anon_2 0 }
    GspFwWprMeta__bindgen_ty_1__bindgen_ty_1: 16, 8 { sysmemAddrOfSignature 0, sizeOfSignature 8 }
    GspFwWprMeta__bindgen_ty_1__bindgen_ty_2: 16, 8 {
        gspFwHeapFreeListWprOffset 0, unused0 4, unused1 8,
    }
    GspFwWprMeta__bindgen_ty_2: 32, 8 { __bindgen_anon_1 0, __bindgen_anon_2 0 }
    GspFwWprMeta__bindgen_ty_2__bindgen_ty_1: 32, 8 {
        partitionRpcAddr 0, partitionRpcRequestOffset 8, partitionRpcReplyOffset 10,
        elfCodeOffset 12, elfDataOffset 16, elfCodeSize 20, elfDataSize 24, lsUcodeVersion 28,
    }
    GspFwWprMeta__bindgen_ty_2__bindgen_ty_2: 32, 8 {
        partitionRpcPadding 0, sysmemAddrOfCrashReportQueue 16, sizeOfCrashReportQueue 24,
        lsUcodeVersionPadding 28,
    }
    GspStaticConfigInfo_t: 1656, 8 {
        grCapsBits 0, __bindgen_padding_0 23, gidInfo 24, SKUInfo 292, __bindgen_padding_1 340,
        fbRegionInfoParams 344, sriovCaps 1120, sriovMaxGfid 1200, engineCaps 1204,
        poisonFuseEnabled 1216, __bindgen_padding_2 1217, fb_length 1224, fbio_mask 1232,
        fb_bus_width 1240, fb_ram_type 1244, fbp_mask 1248, l2_cache_size 1256, gpuNameString 1260,
        gpuShortNameString 1324, gpuNameString_Unicode 1388, bGpuInternalSku 1516,
        bIsQuadroGeneric 1517, bIsQuadroAd 1518, bIsNvidiaNvs 1519, bIsVgx 1520, bGeforceSmb 1521,
        bIsTitan 1522, bIsTesla 1523, bIsMobile 1524, bIsGc6Rtd3Allowed 1525,
        bIsGc8Rtd3Allowed 1526, bIsGcOffRtd3Allowed 1527, bIsGcoffLegacyAllowed 1528,
        bIsMigSupported 1529, RTD3GC6TotalBoardPower 1530, RTD3GC6PerstDelay 1532,
        __bindgen_padding_3 1534, bar1PdeBase 1536, bar2PdeBase 1544, bVbiosValid 1552,
        __bindgen_padding_4 1553, vbiosSubVendor 1556, vbiosSubDevice 1560,
        bPageRetirementSupported 1564, bSplitVasBetweenServerClientRm 1565,
        bClRootportNeedsNosnoopWAR 1566, __bindgen_padding_5 1567, displaylessMaxHeads 1568,
        displaylessMaxResolution 1576, __bindgen_padding_6 1588, displaylessMaxPixels 1592,
        hInternalClient 1600, hInternalDevice 1604, hInternalSubdevice 1608, bSelfHostedMode 1612,
        bAtsSupported 1613, bIsGpuUefi 1614, bIsEfiInit 1615, ecidInfo 1616,
        fwWprLayoutOffset 1640,
    }
    GspSystemInfo: 928, 8 {
        gpuPhysAddr 0, gpuPhysFbAddr 8, gpuPhysInstAddr 16, gpuPhysIoAddr 24,
        nvDomainBusDeviceFunc 32, simAccessBufPhysAddr 40, notifyOpSharedSurfacePhysAddr 48,
        pcieAtomicsOpMask 56, consoleMemSize 64, maxUserVa 72, pciConfigMirrorBase 80,
        pciConfigMirrorSize 84, PCIDeviceID 88, PCISubDeviceID 92, PCIRevisionID 96,
        pcieAtomicsCplDeviceCapMask 100, oorArch 104, __bindgen_padding_0 105, clPdbProperties 112,
        Chipset 120, bGpuBehindBridge 124, bFlrSupported 125, b64bBar0Supported 126,
        bMnocAvailable 127, chipsetL1ssEnable 128, bUpstreamL0sUnsupported 132,
        bUpstreamL1Unsupported 133, bUpstreamL1PorSupported 134, bUpstreamL1PorMobileOnly 135,
        bSystemHasMux 136, upstreamAddressValid 137, FHBBusInfo 138, chipsetIDInfo 148,
        __bindgen_padding_1 158, acpiMethodData 160, hypervisorType 836, bIsPassthru 840,
        __bindgen_padding_2 841, sysTimerOffsetNs 848, gspVFInfo 856, bIsPrimary 896,
        isGridBuild 897, __bindgen_padding_3 898, pcieConfigReg 900, gridBuildCsp 904,
        bPreserveVideoMemoryAllocations 908, bTdrEventSupported 909,
        bFeatureStretchVblankCapable 910, bEnableDynamicGranularityPageArrays 911,
        bClockBoostSupported 912, bRouteDispIntrsToCPU 913, __bindgen_padding_4 914,
        hostPageSize 920,
    }
    JT_METHOD_DATA: 12, 4 { status 0, jtCaps 4, jtRevId 8, bSBIOSCaps 10, __bindgen_padding_0 11 }
    LibosMemoryRegionInitArgument: 32, 8 {
        id8 0, pa 8, size 16, kind 24, loc 25, __bindgen_padding_0 26,
    }
    MESSAGE_QUEUE_INIT_ARGUMENTS: 32, 8 {
        sharedMemPhysAddr 0, pageTableEntryCount 8, __bindgen_padding_0 12, cmdQueueOffset 16,
        statQueueOffset 24,
    }
    MUX_METHOD_DATA: 580, 4 {
        tableLen 0, acpiIdMuxModeTable 4, acpiIdMuxPartTable 196, acpiIdMuxStateTable 388,
    }
    MUX_METHOD_DATA_ELEMENT: 12, 4 { acpiId 0, mode 4, status 8 }
    NV0080_CTRL_GPU_GET_SRIOV_CAPS_PARAMS: 80, 8 {
        totalVFs 0, firstVfOffset 4, vfFeatureMask 8, __bindgen_padding_0 12,
        FirstVFBar0Address 16, FirstVFBar1Address 24, FirstVFBar2Address 32, bar0Size 40,
        bar1Size 48, bar2Size 56, b64bitBar0 64, b64bitBar1 65, b64bitBar2 66, bSriovEnabled 67,
        bSriovHeavyEnabled 68, bEmulateVFBar0TlbInvalidationRegister 69,
        bClientRmAllocatedCtxBuffer 70, bNonPowerOf2ChannelCountSupported 71,
        bVfResizableBAR1Supported 72, __bindgen_padding_1 73,
    }
    NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS: 48, 4 {
        BoardID 0, chipSKU 4, chipSKUMod 13, __bindgen_padding_0 18, skuConfigVersion 20,
        project 24, projectSKU 29, CDP 34, projectSKUMod 40, __bindgen_padding_1 42,
        businessCycle 44,
    }
    NV2080_CTRL_CMD_FB_GET_FB_REGION_FB_REGION_INFO: 48, 8 {
        base 0, limit 8, reserved 16, performance 24, supportCompressed 28, supportISO 29,
        bProtected 30, blackList 31,
    }
    NV2080_CTRL_CMD_FB_GET_FB_REGION_INFO_PARAMS: 776, 8 {
        numFBRegions 0, __bindgen_padding_0 4, fbRegion 8,
    }
    NV2080_CTRL_GPU_GET_GID_INFO_PARAMS: 268, 4 { index 0, flags 4, length 8, data 12 }
    PACKED_REGISTRY_ENTRY: 16, 4 { nameOffset 0, type_ 4, __bindgen_padding_0 5, data 8, length 12 }
    PACKED_REGISTRY_TABLE: 8, 4 { size 0, numEntries 4, entries 8 }
    VIRTUAL_DISPLAY_GET_MAX_RESOLUTION_PARAMS: 12, 4 {
        headIndex 0, maxHResolution 4, maxVResolution 8,
    }
    VIRTUAL_DISPLAY_GET_NUM_HEADS_PARAMS: 8, 4 { numHeads 0, maxNumHeads 4 }
    msgqRxHeader: 4, 4 { readPtr 0 }
    msgqTxHeader: 32, 4 {
        version 0, size 4, msgSize 8, msgCount 12, writePtr 16, flags 20, rxHdrOff 24, entryOff 28,
    }
    rpc_message_header_v03_00: 32, 4 {
        header_version 0, signature 4, length 8, function 12, rpc_result 16, rpc_result_private 20,
        sequence 24, u 28, rpc_message_data 32,
    }
    rpc_message_rpc_union_field_v03_00: 4, 4 { spare 0, cpuRmGfid 0 }
    rpc_run_cpu_sequencer_v17_00: 40, 4 {
        bufferSizeDWord 0, cmdIndex 4, regSaveArea 8, commandBuffer 40,
    }
    rpc_unloading_guest_driver_v1F_07: 8, 4 {
        bInPMTransition 0, bGc6Entering 1, __bindgen_padding_0 2, newLevel 4,
    }
}

/// Asserts that each field of a union is as large as the union and has no padding.
///
/// The `IntoBytes` implementations of the unions rely on this. zerocopy derives `IntoBytes` for
/// unions only with a `--cfg`, and gives no guarantee, since Rust does not yet specify which bytes
/// of a union are initialized (google/zerocopy#1792).
macro_rules! assert_arms {
    ($($union:ident { $($field:ident: $arm:ident,)+ })+) => {
        const _: () = {
            const fn into_bytes<T: IntoBytes>() -> usize {
                ::core::mem::size_of::<T>()
            }

            // A type that differs from the type of the field does not compile.
            $(
                $(let _: fn($arm) -> $union = |$field| $union { $field };)+
                $(assert!(into_bytes::<$arm>() == into_bytes::<$union>());)+
            )+
        };
    };
}

assert_arms! {
    GspFwWprMeta__bindgen_ty_1 {
        __bindgen_anon_1: GspFwWprMeta__bindgen_ty_1__bindgen_ty_1,
        __bindgen_anon_2: GspFwWprMeta__bindgen_ty_1__bindgen_ty_2,
    }
    GspFwWprMeta__bindgen_ty_2 {
        __bindgen_anon_1: GspFwWprMeta__bindgen_ty_2__bindgen_ty_1,
        __bindgen_anon_2: GspFwWprMeta__bindgen_ty_2__bindgen_ty_2,
    }
}
