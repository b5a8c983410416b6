using BenchFleet.Measurement.Devices;

namespace BenchFleet.Measurement.Tests.Devices;

public sealed class CpuInfoTests
{
    [Fact]
    public void An_x64_server_is_read_with_its_cores_and_flags()
    {
        const string Text = """
            processor	: 0
            vendor_id	: GenuineIntel
            cpu family	: 6
            model		: 143
            model name	: Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz
            stepping	: 8
            microcode	: 0xffffffff
            physical id	: 0
            core id		: 0
            flags		: fpu sse2 avx2 avx512f avx512_vnni avx_vnni amx_int8 hypervisor

            processor	: 1
            vendor_id	: GenuineIntel
            physical id	: 0
            core id		: 0
            """;

        var cpu = CpuInfo.Parse(Text);

        Assert.Equal(("sapphire-rapids", 2, 1), (cpu.Family, cpu.Processors, cpu.PhysicalCores));
        Assert.Equal("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz", cpu.Model);
        Assert.True(cpu.IsVirtual);
        Assert.Equal<string>(["amx-int8", "avx-vnni", "avx2", "avx512-vnni", "avx512f"], IsaFeatures.FromKernel(cpu.Flags));
    }

    [Fact]
    public void Unlike_cores_of_a_phone_are_all_named()
    {
        const string Text = """
            processor	: 0
            Features	: fp asimd asimdhp asimddp
            CPU implementer	: 0x41
            CPU part	: 0xd05

            processor	: 1
            Features	: fp asimd asimdhp asimddp
            CPU implementer	: 0x41
            CPU part	: 0xd44
            """;

        var cpu = CpuInfo.Parse(Text);

        Assert.Equal("cortex-a55-cortex-x1", cpu.Family);
        Assert.Equal<string>(["dotprod", "fp16", "neon"], IsaFeatures.FromKernel(cpu.Flags));
    }

    [Theory]
    [InlineData("AuthenticAMD", 26, 2, 1, "zen5")]
    [InlineData("AuthenticAMD", 25, 1, 1, "zen3")]
    [InlineData("AuthenticAMD", 25, 17, 1, "zen4")]
    [InlineData("AuthenticAMD", 23, 49, 0, "zen2")]
    [InlineData("GenuineIntel", 6, 85, 4, "skylake-sp")]
    [InlineData("GenuineIntel", 6, 85, 7, "cascade-lake")]
    [InlineData("GenuineIntel", 6, 1, 0, "intel-6-1")]
    [InlineData("Shanghai", 7, 59, 0, "shanghai-7-59")]
    public void A_family_is_known_by_its_numbers(string vendor, int family, int model, int stepping, string expected) =>
        Assert.Equal(expected, CpuFamilies.X86(vendor, family, model, stepping));

    [Fact]
    public void An_unreadable_file_is_an_unknown_processor() =>
        Assert.Equal(("unknown", 0), (CpuInfo.Parse("").Family, CpuInfo.Parse("").Processors));
}
