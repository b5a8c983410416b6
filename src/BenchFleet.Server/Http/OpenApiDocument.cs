using BenchFleet.Core.Hashing;
using Microsoft.OpenApi;

namespace BenchFleet.Server.Http;

internal static class OpenApiDocument
{
    public static IServiceCollection AddBenchFleetOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "BenchFleet", Version = "v1", Description = "Public and agent interface." };
            // The address is where the reader got the document from, and a port of the day has no place in it.
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type != typeof(ContentHash) && context.JsonTypeInfo.Type != typeof(ContentHash?))
                return Task.CompletedTask;
            schema.Type = JsonSchemaType.String;
            schema.Pattern = "^[0-9a-f]{64}$";
            schema.Description = "SHA-256 of the content.";
            return Task.CompletedTask;
        });
    });
}
