using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace BenchFleet.Measurement.Tests.Datasets;

/// <summary>NumPy files as numpy.save and numpy.savez write them.</summary>
internal static class NpyBytes
{
    public static byte[] Of<T>(string type, string shape, T[] values, bool fortran = false)
        where T : unmanaged
    {
        var header = $"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': ({shape}), }}";
        header = header.PadRight(((10 + header.Length + 64) / 64 * 64) - 11) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header),
            .. MemoryMarshal.AsBytes(values.AsSpan())];
    }

    public static byte[] Zip(params (string Name, byte[] Array)[] arrays)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, array) in arrays)
            {
                using var entry = zip.CreateEntry(name + ".npy").Open();
                entry.Write(array);
            }
        }

        return stream.ToArray();
    }
}
