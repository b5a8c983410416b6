using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using BenchFleet.Contracts.Agents;
using BenchFleet.Core.Work;

namespace BenchFleet.Contracts.Tests.Agents;

/// <summary>
/// What agents and servers of unlike versions have to agree on: an agent of last year talks to a server of today. A change of it shows in
/// review; what is not an optional field at the end of a record is another version of the path. BENCHFLEET_APPROVE=1 writes the file anew.
/// </summary>
public sealed class ProtocolTests
{
    private static readonly NullabilityInfoContext Nullability = new();

    [Fact]
    public void The_agent_protocol_is_the_approved_one()
    {
        var text = new StringBuilder();
        foreach (var route in typeof(Routes).GetFields().Where(field => field.Name.StartsWith("Agent", StringComparison.Ordinal) || IsContent(field.Name)))
            text.Append($"{route.Name} {route.GetRawConstantValue()}\n");
        foreach (var type in Records().OrderBy(type => type.Name, StringComparer.Ordinal)) Describe(type, text);

        var approved = Approved();
        if (Environment.GetEnvironmentVariable("BENCHFLEET_APPROVE") == "1") File.WriteAllText(approved, text.ToString());
        Assert.Equal(File.ReadAllText(approved), text.ToString());
    }

    private static bool IsContent(string name) => name.StartsWith("Artifact", StringComparison.Ordinal) || name == nameof(Routes.Bundle);

    private static IEnumerable<Type> Records() =>
        typeof(RegisterAgent).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(RegisterAgent).Namespace)
            .Concat(typeof(WorkOrder).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(WorkOrder)) || type.IsSubclassOf(typeof(WorkOutcome))))
            .Where(type => type.IsEnum || (type.IsClass && type.GetMethod("<Clone>$") is not null));

    private static void Describe(Type type, StringBuilder text)
    {
        text.Append($"\n{type.Name}\n");
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type)) text.Append($"  {name}\n");
            return;
        }

        foreach (var field in type.GetConstructors()[0].GetParameters()) text.Append($"  {field.Name}: {Named(field)}\n");
    }

    private static string Named(ParameterInfo field)
    {
        var type = field.ParameterType;
        var name = Nullable.GetUnderlyingType(type) is { } inner ? $"{inner.Name}?"
            : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]} of {string.Join(", ", type.GetGenericArguments().Select(argument => argument.Name))}"
            : type.Name;
        var optional = !type.IsValueType && Nullability.Create(field).ReadState == NullabilityState.Nullable ? "?" : "";
        return name + optional + (field.HasDefaultValue ? " (optional)" : "");
    }

    private static string Approved([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "agent-protocol.approved.txt");
}
