using BenchFleet.TestSupport.Postgres;
using BenchFleet.TestSupport.S3;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace BenchFleet.Storage.Tests.Databases;

/// <summary>A fact of a suite: skipped with a reason in the classes for PostgreSQL and S3 where there is no server.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("BenchFleet.Storage.Tests.Databases.StorageFactDiscoverer", "BenchFleet.Storage.Tests")]
public sealed class StorageFactAttribute : FactAttribute;

public sealed class StorageFactDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new StorageTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod);
}

public sealed class StorageTestCase : XunitTestCase
{
    [Obsolete("For the deserialiser.", error: true)]
    public StorageTestCase() { }

    public StorageTestCase(IMessageSink sink, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(sink, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.Name.Contains("OnPostgres", StringComparison.Ordinal) ? PostgresServer.SkipReason
        : TestMethod.TestClass.Class.Name.Contains("OnS3", StringComparison.Ordinal) ? S3Server.SkipReason
        : null;
}
