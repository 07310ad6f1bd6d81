/** Uploads a carrier's file and follows its import. */
import { api, ApiError, body, type Schemas } from "../api/client";
import { readCSV, unguard } from "./csv";
import { t } from "../language";

export type Import = Schemas["Import"];
export type ImportRequest = Schemas["ImportRequest"];

/** Announces the file, uploads it to the bucket, and returns the job's id. */
export async function send(file: File, request: Omit<ImportRequest, "filename" | "size">, progress: (part: number) => void): Promise<string> {
  const announced = await body(api.POST("/v1/imports", { body: { ...request, filename: file.name, ...(file.size > 0 && { size: file.size }) } }));
  await put(file, announced.upload, progress);
  return announced.id;
}

// XMLHttpRequest, because fetch does not report the progress of an upload.
function put(file: File, upload: Schemas["Upload"], progress: (part: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(upload.method, upload.url);
    for (const [name, value] of Object.entries(upload.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () =>
      request.status < 300
        ? resolve()
        : reject(new ApiError(request.status, { detail: t("The file was not taken ({status}). Try again.", { status: request.status }) }));
    request.onerror = () => reject(new ApiError(0, { detail: t("The connection broke while the file was being sent. Try again.") }));
    request.send(file);
  });
}

export interface Report {
  header: string[];
  rows: string[][];
  text: string;
}

export async function readReport(id: string, signal?: AbortSignal): Promise<Report> {
  const text = await body<string>(api.GET("/v1/imports/{id}/report", { params: { path: { id } }, parseAs: "text", signal }));
  const [header = [], ...rows] = withoutReading(readCSV(text).map((row) => row.map(unguard)));
  return { header, rows, text };
}

/** The rows without the column about the reading of the file, which the page shows separately. */
function withoutReading(rows: string[][]): string[][] {
  const at = rows[0]?.indexOf("how_the_file_was_read") ?? -1;
  return at < 0 ? rows : rows.map((row) => row.filter((_, n) => n !== at));
}
